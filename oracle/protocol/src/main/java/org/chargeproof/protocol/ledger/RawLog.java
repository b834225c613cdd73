package org.chargeproof.protocol.ledger;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A log as a node tells it: 20 bytes of address, up to four topics, ABI-encoded data, and its place on the ledger. */
public record RawLog(long block, int logIndex, Bytes address, List<Bytes32> topics, Bytes data) {}
