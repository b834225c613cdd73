package org.hyperledger.besu.plugin.services.metrics;

/** Goes up. */
public interface Counter {
    void inc();

    void inc(long amount);
}
