package org.hyperledger.besu.plugin.data;

import java.util.List;

/** What a transaction did. */
public interface TransactionReceipt {
    List<? extends Log> getLogs();
}
