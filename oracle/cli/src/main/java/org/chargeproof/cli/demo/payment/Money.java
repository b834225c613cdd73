package org.chargeproof.cli.demo.payment;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.PayeeChannel;
import org.chargeproof.payment.PayerChannel;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.VoucherDomain;
import org.chargeproof.payment.signature.VoucherKey;
import org.web3j.crypto.Credentials;

/** Brings money into circulation, and opens the channels that it flows through. */
final class Money {
    /** Each of them as much as a wallet would hold; a day costs less. */
    static final long DEPOSIT_MICRO_EURO = 2_000_000_000L;

    private static final int SECONDS_TO_A_BLOCK = 5;
    private static final int MARGIN_E4 = 250;

    static final long GUARANTEE_MICRO_EURO = 1_000_000_000L;

    private final DemoNetwork founded;
    private final Network network;
    private final Network.Market market;
    private final VoucherDomain domain;
    private int references;

    /** One channel, from both ends. */
    record Hop(Channel channel, PayerChannel payer, PayeeChannel payee) {}

    Money(DemoNetwork founded) {
        this.founded = founded;
        this.network = founded.network();
        this.market = network.requireMarket();
        this.domain =
                VoucherDomain.of(network.client().chainId(), market.channels().getContractAddress());
    }

    VoucherDomain domain() {
        return domain;
    }

    /** Lets the members vote an issuer in: the first of them, as nodes take no transactions of strangers. */
    Credentials issuer(long capMicroEuro) {
        var issuer = founded.operators().getFirst().owner();
        var consortium = network.consortium();
        var operators = founded.operators();
        founded.transactions()
                .send(
                        operators.getFirst().owner(),
                        "proposing an issuer",
                        network.address(),
                        consortium.proposeIssuerCap(issuer.getAddress(), BigInteger.valueOf(capMicroEuro)));
        var receipt = founded.transactions().confirm().getLast();
        var proposal = Consortium.getIssuerProposedEvents(receipt).getFirst().proposal;
        for (var operator : operators.subList(1, operators.size() / 2 + 1)) {
            founded.transactions()
                    .send(operator.owner(), "voting for an issuer", network.address(), consortium.vote(proposal));
        }
        founded.transactions().confirm();
        return issuer;
    }

    /** Issues to an account, which lets a contract take it. */
    void fund(Credentials issuer, Credentials account, long microEuro, String spender) {
        String euro = market.euro().getContractAddress();
        var transactions = founded.transactions();
        transactions.send(
                issuer,
                "issuing euros",
                euro,
                market.euro()
                        .issue(
                                account.getAddress(),
                                BigInteger.valueOf(microEuro),
                                Bytes32.leftPad(Bytes.ofUnsignedInt(++references))
                                        .toArray()));
        transactions.send(
                account,
                "letting a contract take euros",
                euro,
                market.euro().approve(spender, BigInteger.valueOf(microEuro)));
    }

    /** Puts money behind an operator's promises. */
    void guarantee(int operator, Credentials owner) {
        founded.transactions()
                .send(
                        owner,
                        "adding a guarantee",
                        market.settlement().getContractAddress(),
                        market.settlement()
                                .addGuarantee(BigInteger.valueOf(operator), BigInteger.valueOf(GUARANTEE_MICRO_EURO)));
    }

    /** Names what a provider adds, from the first timestep on for which it may. */
    void margin(Credentials owner) {
        // where time goes on by itself, the transaction's block may be of the next timestep
        int now = network.parameters().timestepAt(founded.time().now() + SECONDS_TO_A_BLOCK);
        founded.transactions()
                .send(
                        owner,
                        "naming a margin",
                        network.assets().getContractAddress(),
                        network.assets().setMargin(BigInteger.valueOf(MARGIN_E4), BigInteger.valueOf(now + 2L)));
    }

    /** Opens a channel whose vouchers a hot key signs. */
    Hop open(Credentials payer, VoucherKey key, int payee) {
        founded.transactions()
                .send(
                        payer,
                        "opening a channel",
                        market.channels().getContractAddress(),
                        market.channels()
                                .open(
                                        BigInteger.valueOf(payee),
                                        key.address(),
                                        BigInteger.valueOf(DEPOSIT_MICRO_EURO)));
        var channel = new Channel(payer.getAddress(), payee, 0, key.address(), DEPOSIT_MICRO_EURO);
        return new Hop(
                channel,
                new PayerChannel(domain, channel, PaymentLimits.DEFAULTS, key),
                new PayeeChannel(domain, channel, PaymentLimits.DEFAULTS));
    }

    /** What a payer owes by final bills, and what it has paid on chain: of each pair, and of all drivers together. */
    List<long[]> billedAndPaid(int operators) {
        var pairs = new ArrayList<long[]>();
        for (int payer = 0; payer <= operators; payer++) {
            for (int payee = 1; payee <= operators; payee++) {
                if (payer != payee) {
                    var from = BigInteger.valueOf(payer);
                    var to = BigInteger.valueOf(payee);
                    pairs.add(new long[] {
                        network.client()
                                .call(market.settlement().billedMicroEuro(from, to))
                                .longValueExact(),
                        network.client()
                                .call(market.channels().paidMicroEuro(from, to))
                                .longValueExact()
                    });
                }
            }
        }
        return pairs;
    }

    static long sum(List<long[]> pairs, int column) {
        return pairs.stream().mapToLong(pair -> pair[column]).sum();
    }

    static boolean allPaid(List<long[]> pairs) {
        return pairs.stream().allMatch(pair -> pair[0] == pair[1]);
    }
}
