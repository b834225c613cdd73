package org.chargeproof.operator.payment;

import java.math.BigInteger;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Owner;

/** Lets the contract of channels take euros of an account. */
final class Deposits {
    private Deposits() {}

    /**
     * Allows the contract to take an amount, unless it may already.
     *
     * @throws LedgerException when the account has not so much
     */
    static void allow(Owner owner, Network.Market market, long microEuro) {
        var client = owner.network().client();
        String account = owner.key().address();
        String channels = market.channels().getContractAddress();
        var amount = BigInteger.valueOf(microEuro);
        var balance = client.call(market.euro().balanceOf(account));
        if (balance.compareTo(amount) < 0) {
            throw new LedgerException(account + " has " + Euros.of(balance.longValueExact()) + " and wants to deposit "
                    + Euros.of(microEuro) + ". Have an issuer bring more into circulation for it. Nothing was sent.");
        }
        if (client.call(market.euro().allowance(account, channels)).compareTo(amount) < 0) {
            owner.send(
                    "that channels may take " + Euros.of(microEuro),
                    market.euro().getContractAddress(),
                    market.euro().approve(channels, amount));
        }
    }
}
