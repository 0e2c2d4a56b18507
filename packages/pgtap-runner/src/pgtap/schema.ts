/** The schema into which pgTAP is loaded for a run. */
export const pgtapSchema = 'pgtap_runner'
