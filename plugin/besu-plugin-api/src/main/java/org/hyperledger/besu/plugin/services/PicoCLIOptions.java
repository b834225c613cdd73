package org.hyperledger.besu.plugin.services;

/** Options on the command line, in TOML and in the environment. */
public interface PicoCLIOptions extends BesuService {
    void addPicoCLIOptions(String namespace, Object optionObject);
}
