package org.hyperledger.besu.plugin.services.metrics;

import java.util.Optional;

/** Metrics that are switched on together. */
public interface MetricCategory {
    String getName();

    Optional<String> getApplicationPrefix();
}
