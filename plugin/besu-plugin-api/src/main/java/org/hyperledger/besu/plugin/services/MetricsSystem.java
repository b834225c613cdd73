package org.hyperledger.besu.plugin.services;

import java.util.function.DoubleSupplier;
import org.hyperledger.besu.plugin.services.metrics.Counter;
import org.hyperledger.besu.plugin.services.metrics.Histogram;
import org.hyperledger.besu.plugin.services.metrics.LabelledMetric;
import org.hyperledger.besu.plugin.services.metrics.MetricCategory;

/** The node's metrics. */
public interface MetricsSystem extends BesuService {
    Counter createCounter(MetricCategory category, String name, String help);

    LabelledMetric<Counter> createLabelledCounter(
            MetricCategory category, String name, String help, String... labelNames);

    void createGauge(MetricCategory category, String name, String help, DoubleSupplier valueSupplier);

    Histogram createHistogram(MetricCategory category, String name, String help, double[] buckets);
}
