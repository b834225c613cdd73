package org.hyperledger.besu.plugin.services;

/** What /liveness and /readiness answer. */
public interface HealthCheckService extends BesuService {
    void registerHealthCheck(String endpoint, HealthCheckProvider provider);

    /** One answer. */
    interface HealthCheckProvider {
        boolean isHealthy(ParamSource paramSource);
    }

    /** The query's parameters. */
    interface ParamSource {
        String getParam(String name);
    }
}
