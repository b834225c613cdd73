package org.hyperledger.besu.plugin.services;

/** What /liveness and /readiness answer. */
public interface HealthCheckService extends BesuService {
    void registerHealthCheck(String endpoint, HealthCheckProvider provider);

    /**
     * One answer: {@code boolean isHealthy(ParamSource)} up to 26.8, {@code HealthCheckResult check(ParamSource)} after it. Neither is
     * declared, because no Besu has both.
     */
    interface HealthCheckProvider {}

    /** An answer, after 26.8. */
    final class HealthCheckResult {
        private HealthCheckResult() {}

        public static HealthCheckResult of(boolean healthy) {
            return new HealthCheckResult();
        }
    }

    /** The query's parameters. */
    interface ParamSource {
        String getParam(String name);
    }
}
