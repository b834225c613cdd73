package org.hyperledger.besu.plugin.services.metrics;

/** A metric for each value of its labels. */
public interface LabelledMetric<T> {
    T labels(String... labels);
}
