/** What each service promises: one file per service, everything else derived. */
export {};
