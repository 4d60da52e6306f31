package dev.alluvium.cli.verify;

/**
 * A whole window of the topic, as far as other books speak of it.
 *
 * @param print to compare it with the one recomputed
 * @param foldVersion the version of the mixer's fold that made it
 * @param examples its examples
 * @param ledgerOffset the ledger entry that closed it
 */
record SeenWindow(WindowPrint print, int foldVersion, int examples, long ledgerOffset) {}
