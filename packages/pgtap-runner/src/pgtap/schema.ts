/** Where pgTAP is loaded for the time of a run. */
export const pgtapSchema = 'pgtap_runner'
