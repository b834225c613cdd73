package org.hyperledger.besu.plugin.services;

import java.nio.file.Path;

/** How the node is set up. */
public interface BesuConfiguration extends BesuService {
    Path getDataPath();
}
