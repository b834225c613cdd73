package org.chargeproof.billing;

/**
 * By what all bills of a network are computed; ISettlement.terms.
 *
 * @param compensationE4 ten-thousandths of the price that an operator owes for each kWh it promised and did not deliver, up to 100,000
 * @param kappaE6 millionths of a millionth of a token for each Wh^2 of flexibility: with 1,000,000, a token is a kWh^2
 */
public record Terms(int compensationE4, int kappaE6) {}
