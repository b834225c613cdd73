package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes32;

/**
 * What a payee asks for: what its meter shows of a session, and what that comes to; both since the session began.
 *
 * @param lane the session
 * @param wh delivered
 * @param microEuro their price
 */
public record Demand(Bytes32 lane, long wh, long microEuro) {}
