package org.hyperledger.besu.plugin.services.metrics;

/** Counts by size. */
public interface Histogram {
    void observe(double amount);
}
