package org.chargeproof.operator.consortium.member;

/**
 * An operator that a network begins with.
 *
 * @param owner address of the account for governance and assets
 * @param oracle address of the account that posts and attests plans
 * @param meter address of the account that reports
 */
public record Founder(String name, String owner, String oracle, String meter) {}
