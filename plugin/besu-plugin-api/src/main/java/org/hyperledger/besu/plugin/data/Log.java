package org.hyperledger.besu.plugin.data;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.hyperledger.besu.datatypes.Address;
import org.hyperledger.besu.datatypes.LogTopic;

/** A log. */
public interface Log {
    Address getLogger();

    List<LogTopic> getTopics();

    Bytes getData();
}
