package org.chargeproof.protocol.time;

import org.apache.tuweni.bytes.Bytes32;

/** What time depends on: a block's number, hash and time in unix seconds. */
public record BlockHeader(long number, Bytes32 hash, long timestampSeconds) {}
