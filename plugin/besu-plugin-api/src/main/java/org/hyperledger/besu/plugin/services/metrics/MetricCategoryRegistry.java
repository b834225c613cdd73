package org.hyperledger.besu.plugin.services.metrics;

import org.hyperledger.besu.plugin.services.BesuService;

/** Where categories are made known. */
public interface MetricCategoryRegistry extends BesuService {
    void addMetricCategory(MetricCategory newMetricCategory);
}
