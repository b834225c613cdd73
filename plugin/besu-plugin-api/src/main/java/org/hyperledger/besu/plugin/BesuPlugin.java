package org.hyperledger.besu.plugin;

/** What Besu loads, by META-INF/services. */
public interface BesuPlugin {
    void register(ServiceManager context);

    default void beforeExternalServices() {}

    void start();

    void stop();
}
