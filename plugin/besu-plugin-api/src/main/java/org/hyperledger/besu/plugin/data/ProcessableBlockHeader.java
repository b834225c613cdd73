package org.hyperledger.besu.plugin.data;

/** A header before its block is made. */
public interface ProcessableBlockHeader {
    long getNumber();

    long getTimestamp();

    long getGasLimit();
}
