/** The counters ADR-32 asks for, of one endpoint. */
export class EndpointStats {
  #requests = 0;
  #errors = 0;
  #lastError = '';
  #processingNs = 0;

  /** One request was answered or refused after `ms` of processing. */
  request(ms: number): void {
    this.#requests += 1;
    this.#processingNs += Math.round(ms * 1e6);
  }

  /** The reply to it carried an error header. */
  error(text: string): void {
    this.#errors += 1;
    this.#lastError = text;
  }

  /** The counters as STATS shows them; times in whole nanoseconds. */
  wire() {
    return {
      num_requests: this.#requests,
      num_errors: this.#errors,
      last_error: this.#lastError,
      processing_time: this.#processingNs,
      average_processing_time: this.#requests === 0 ? 0 : Math.floor(this.#processingNs / this.#requests),
    };
  }
}
