package org.chargeproof.cli.demo.payment;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.contracts.Channels;
import org.chargeproof.contracts.Settlement.Claim;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.payment.Payment;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.Receipt;
import org.chargeproof.payment.Relay;
import org.chargeproof.payment.SignedVoucher;
import org.chargeproof.payment.Tariff;
import org.chargeproof.payment.signature.VoucherKey;
import org.chargeproof.payment.wallet.Wallet;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

/**
 * Every session is paid while its car charges: by its driver's wallet to the provider, and by the provider to the operator of the charge
 * point, unit by unit. At the end of the day the newest voucher of each channel is redeemed, and tokens are claimed.
 */
public final class DemoPayments implements AutoCloseable {
    private static final int MOST_AT_ONCE = 64;
    private static final int WH_PER_KWH = 1_000;
    /** Who cheats does not do so at once. */
    private static final int HONEST_UNITS = 10;

    private final DemoNetwork founded;
    private final Network network;
    private final Network.Market market;
    private final Money money;
    private final DriverWallets wallets;
    /** From each wallet to its provider. */
    private final Map<Wallet, Money.Hop> hops = new HashMap<>();
    /** By provider and operator. */
    private final Map<Integer, Map<Integer, Money.Hop>> roaming = new HashMap<>();

    private final Map<Integer, Paying> sessions = new TreeMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private final Set<Bytes32> closed = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final int cheatingPayers;
    private final int cheatingPayees;
    private long vouchers;
    private int transactions;

    /** One session that is paid. */
    private final class Paying {
        final Bytes32 lane;
        final Tariff tariff;
        final Money.Hop driver;
        final Money.@Nullable Hop operator;
        final @Nullable Relay relay;
        final long stepWh;
        final Cheat cheat;
        long wh;
        int units;
        String stopped = "";

        Paying(int session, Wallet wallet, SessionTerms terms, int operatorId, Cheat cheat) {
            this.cheat = cheat;
            lane = Bytes32.leftPad(Bytes.ofUnsignedInt(session));
            tariff = new Tariff(terms.pricePerKWhE4(), terms.marginPerKWhE4(), terms.vatE4());
            driver = Objects.requireNonNull(hops.get(wallet));
            operator = terms.provider() == operatorId
                    ? null
                    : Objects.requireNonNull(roaming.get(terms.provider())).get(operatorId);
            relay = operator == null
                    ? null
                    : new Relay(driver.payee(), operator.payer(), PaymentLimits.DEFAULTS, lane, tariff);
            stepWh = Math.max(
                    1,
                    PaymentLimits.DEFAULTS.unitMicroEuro()
                            * WH_PER_KWH
                            / Math.max(1, tariff.chargedMicroEuro(WH_PER_KWH)));
        }

        /** A car takes energy, one unit after the other, as long as it is paid. @return what it has taken since it began, in Wh */
        long charge(long untilWh) {
            while (wh < untilWh && stopped.isEmpty()) {
                boolean delivers = cheat != Cheat.CHARGES_FOR_NOTHING || units < HONEST_UNITS;
                long allowedWh = allowedWh();
                if (allowedWh < 1) {
                    stopped = "it was not paid for";
                    break;
                }
                long next = Math.min(untilWh, wh + Math.min(stepWh, allowedWh));
                wh = delivers ? next : wh;
                units++;
                long asked =
                        cheat == Cheat.OVER_REPORTS ? 2 * wh : delivers ? wh : wh + (units - HONEST_UNITS) * stepWh;
                unit(asked);
            }
            return wh;
        }

        /** What may be delivered before the next voucher. */
        private long allowedWh() {
            long allowance = (operator == null ? driver : operator).payee().allowanceMicroEuro(lane);
            long perKWh = operator == null ? tariff.chargedMicroEuro(WH_PER_KWH) : tariff.owedMicroEuro(WH_PER_KWH);
            return allowance * WH_PER_KWH / Math.max(1, perKWh);
        }

        private void unit(long askedWh) {
            long seenWh = cheat == Cheat.PAYS_LESS ? wh / 2 : wh;
            driver.payer().meter(lane, seenWh, tariff.chargedMicroEuro(seenWh));
            boolean pays = !(cheat == Cheat.VANISHES || (cheat == Cheat.STOPS_PAYING && units > HONEST_UNITS));
            if (relay == null || operator == null) {
                driver.payee().deliver(lane, askedWh, tariff.chargedMicroEuro(askedWh));
                if (pays) {
                    pay(driver.payer().pay(driver.payee().demand(lane)), driver.payee()::receive);
                }
                return;
            }
            operator.payee().deliver(lane, askedWh, tariff.owedMicroEuro(askedWh));
            // a unit ahead of the driver, then the driver's, then the rest
            pay(relay.demandedByOperator(operator.payee().demand(lane)), operator.payee()::receive);
            if (pays) {
                pay(driver.payer().pay(relay.demandToDriver()), relay::receivedFromDriver);
            }
            pay(relay.demandedByOperator(operator.payee().demand(lane)), operator.payee()::receive);
        }

        private void pay(Payment payment, Function<SignedVoucher, Receipt> payee) {
            if (payment instanceof Payment.Signed signed) {
                vouchers++;
                var receipt = payee.apply(signed.voucher());
                if (receipt.outcome() != Receipt.Outcome.ACCEPTED) {
                    problems.add("a voucher was not taken: " + receipt.outcome() + " " + receipt.reason());
                }
            } else if (payment instanceof Payment.Refused refused) {
                if (refused.stops() && stopped.isEmpty()) {
                    stopped = refused.reason();
                }
                if (cheat == Cheat.NONE) {
                    problems.add("a payment was refused: " + refused.reason());
                }
            }
        }

        /** The most that one of the honest has lost on a hop, in millionths of a euro. */
        long lossMicroEuro() {
            long paidByDriver = driver.payee().paidMicroEuro(lane);
            long loss = cheat.isPayers()
                    ? tariff.chargedMicroEuro(wh) - paidByDriver
                    : paidByDriver - tariff.chargedMicroEuro(wh);
            if (operator != null) {
                long paidToOperator = operator.payee().paidMicroEuro(lane);
                // the operator's, or the driver's, and the provider's, which pays a unit ahead of its driver
                loss = Math.max(
                        cheat.isPayers() ? tariff.owedMicroEuro(wh) - paidToOperator : loss,
                        paidToOperator - paidByDriver);
            }
            return Math.max(0, loss);
        }
    }

    /**
     * @param folder for the drivers' wallets, which does not exist
     * @param cheatingPayers sessions whose driver cheats: the first ones
     * @param cheatingPayees sessions at whose charge points somebody cheats: the next ones
     */
    public DemoPayments(DemoNetwork founded, Path folder, int cheatingPayers, int cheatingPayees) {
        this.cheatingPayers = cheatingPayers;
        this.cheatingPayees = cheatingPayees;
        this.founded = founded;
        this.network = founded.network();
        this.market = network.requireMarket();
        this.money = new Money(founded);
        this.wallets = new DriverWallets(folder, founded.operators().size());
    }

    /** A fresh account of one of a provider's drivers, who pays for what is asked for with it. */
    public Credentials nextAccount(int provider) {
        return wallets.nextAccount(provider);
    }

    @Override
    public void close() {
        wallets.close();
    }

    /** Money comes into circulation, and channels are opened. */
    public void open() {
        var operators = founded.operators();
        int n = operators.size();
        String channels = market.channels().getContractAddress();
        String settlement = market.settlement().getContractAddress();
        int drivers = wallets.all().size();
        long all = (long) (drivers + n * (n - 1)) * Money.DEPOSIT_MICRO_EURO + n * Money.GUARANTEE_MICRO_EURO;
        var issuer = money.issuer(all);
        for (int provider = 1; provider <= n; provider++) {
            // nodes take no transactions of strangers
            founded.transactions()
                    .send(
                            operators.get(provider - 1).owner(),
                            "registering wallets",
                            network.assets().getContractAddress(),
                            Pseudonyms.register(
                                    network,
                                    provider,
                                    wallets.ofProvider(provider).stream()
                                            .map(Wallet::payer)
                                            .toList()));
        }
        founded.transactions().confirm();
        for (int provider = 1; provider <= n; provider++) {
            var owner = operators.get(provider - 1).owner();
            money.fund(issuer, owner, Money.GUARANTEE_MICRO_EURO, settlement);
            money.fund(issuer, owner, (n - 1) * Money.DEPOSIT_MICRO_EURO, channels);
        }
        wallets.all().forEach(wallet -> money.fund(issuer, wallet.payer(), Money.DEPOSIT_MICRO_EURO, channels));
        founded.transactions().confirm();
        for (int provider = 1; provider <= n; provider++) {
            var owner = operators.get(provider - 1).owner();
            money.guarantee(provider, owner);
            money.margin(owner);
            var toOperators = new HashMap<Integer, Money.Hop>();
            for (int operator = 1; operator <= n; operator++) {
                if (operator != provider) {
                    // a hot key of its own for each
                    toOperators.put(operator, money.open(owner, VoucherKey.of(Keys.fresh()), operator));
                }
            }
            roaming.put(provider, toOperators);
            for (var wallet : wallets.ofProvider(provider)) {
                hops.put(wallet, money.open(wallet.payer(), wallet.voucherKey(), provider));
            }
        }
        founded.transactions().confirm();
    }

    /**
     * A session's car takes energy as long as it is paid.
     *
     * @param account that asked for it
     * @param terms locked with its request
     * @param operator of the charge point
     * @param untilWh since it began, if all of it is paid
     * @return what it has taken since it began
     */
    public long charge(int session, String account, SessionTerms terms, int operator, long untilWh) {
        var wallet = wallets.of(account);
        if (untilWh == 0 || wallet == null) {
            return untilWh;
        }
        return sessions.computeIfAbsent(session, s -> new Paying(s, wallet, terms, operator, nextCheat()))
                .charge(untilWh);
    }

    private Cheat nextCheat() {
        int number = sessions.size();
        if (number < cheatingPayers) {
            return Cheat.ofPayer(number);
        }
        return number < cheatingPayers + cheatingPayees ? Cheat.ofPayee(number - cheatingPayers) : Cheat.NONE;
    }

    /** Whether a session came to its end because somebody was not paid, or asked for too much. */
    public boolean isStopped(int session) {
        var paying = sessions.get(session);
        return paying != null && !paying.stopped.isEmpty();
    }

    /** Ends sessions that were stopped, by their providers: nobody pays for them any more. */
    public void endStopped() {
        sessions.forEach((session, paying) -> {
            if (!paying.stopped.isEmpty() && ended.add(session)) {
                founded.transactions()
                        .send(
                                founded.operators()
                                        .get(paying.driver.channel().payee() - 1)
                                        .meter(),
                                "ending a session that is not paid",
                                network.charging().getContractAddress(),
                                network.charging().endSession(BigInteger.valueOf(session)));
            }
        });
        founded.transactions().awaitBlocks();
    }

    /**
     * What came of those who cheated.
     *
     * @param stopped sessions that were ended for it
     * @param mostMicroEuro that any honest side lost on a hop of one session
     * @param allMicroEuro of all of these
     */
    public record Cheating(int payers, int payees, int stopped, long mostMicroEuro, long allMicroEuro) {}

    /** What came of those who cheated; null when nobody was to. */
    public @Nullable Cheating cheating() {
        if (cheatingPayers + cheatingPayees == 0) {
            return null;
        }
        var cheated =
                sessions.values().stream().filter(p -> p.cheat != Cheat.NONE).toList();
        return new Cheating(
                (int) cheated.stream().filter(p -> p.cheat.isPayers()).count(),
                (int) cheated.stream().filter(p -> !p.cheat.isPayers()).count(),
                (int) cheated.stream().filter(p -> !p.stopped.isEmpty()).count(),
                cheated.stream().mapToLong(Paying::lossMicroEuro).max().orElse(0),
                cheated.stream().mapToLong(Paying::lossMicroEuro).sum());
    }

    /** Wallets that close with an old voucher: the window is there so that the payee brings the newest one. */
    private void closeWithOldVouchers() {
        var channels = market.channels();
        for (var paying : sessions.values()) {
            var hop = paying.driver;
            var oldest = hop.payee().newestOfLanes().stream()
                    .min(Comparator.comparingLong(v -> v.voucher().totalMicroEuro()));
            if (paying.cheat != Cheat.OLD_VOUCHER
                    || oldest.isEmpty()
                    || !closed.add(hop.channel().id())) {
                continue;
            }
            var wallet = wallets.all().stream()
                    .map(Wallet::payer)
                    .filter(account ->
                            account.getAddress().equalsIgnoreCase(hop.channel().payer()))
                    .findFirst()
                    .orElseThrow();
            String to = channels.getContractAddress();
            founded.transactions()
                    .send(
                            wallet,
                            "redeeming an old voucher",
                            to,
                            channels.redeem(List.of(redemption(hop, oldest.get()))));
            founded.transactions()
                    .send(
                            wallet,
                            "announcing a closing",
                            to,
                            channels.announceClosing(
                                    hop.channel().payer(),
                                    BigInteger.valueOf(hop.channel().payee())));
        }
        founded.transactions().confirm();
    }

    /** How many vouchers were signed, sent and taken. */
    public long vouchers() {
        return vouchers;
    }

    /** Sessions that were paid while they charged. */
    public int sessions() {
        return sessions.size();
    }

    /** What did not go as it should. */
    public List<String> problems() {
        return problems;
    }

    /** What came of it on chain. */
    public record Outcome(
            int billed,
            long billedMicroEuro,
            long paidMicroEuro,
            long compensationMicroEuro,
            int disputes,
            long tokens,
            int transactions,
            long redemptionGas,
            int claims,
            long claimGas) {}

    /**
     * The end of the day: newest vouchers are redeemed, and what final bills give is claimed.
     *
     * @param settlements final ones, whose bills were computed again
     * @param accountOf a session's account; null for one that is not the scenario's
     */
    public Outcome settle(List<Settlement> settlements, IntFunction<@Nullable Credentials> accountOf) {
        int disputes = 0;
        int billed = 0;
        long compensation = 0;
        var claims = new ArrayList<Claim>();
        for (var settlement : settlements) {
            for (int i = 0; i < settlement.bills().size(); i++) {
                var bill = IssuedBill.of(settlement.bills().get(i));
                billed++;
                compensation += bill.compensationMicroEuro();
                disputes += isPaid(bill) ? 0 : 1;
                var account = accountOf.apply(bill.session());
                if (account != null && (bill.tokens() > 0 || bill.compensationMicroEuro() > 0)) {
                    claims.add(claim(settlement, i, account));
                }
            }
        }
        closeWithOldVouchers();
        long redemptionGas = redeem();
        long claimGas = claim(claims);
        var pairs = money.billedAndPaid(founded.operators().size());
        if (!Money.allPaid(pairs) && cheatingPayers + cheatingPayees == 0) {
            problems.add("a payee was paid another amount than final bills say");
        }
        long tokens = network.client().call(market.flexibility().totalSupply()).longValueExact();
        return new Outcome(
                billed,
                Money.sum(pairs, 0),
                Money.sum(pairs, 1),
                compensation,
                disputes,
                tokens,
                transactions,
                redemptionGas,
                claims.size(),
                claimGas);
    }

    /** Whether what was signed while energy flowed is what the bill says, on both hops. */
    private boolean isPaid(IssuedBill bill) {
        var paying = sessions.get(bill.session());
        if (paying == null) {
            return bill.chargedMicroEuro() == 0;
        }
        long paid = paying.driver.payee().paidMicroEuro(paying.lane);
        boolean same = paid == bill.chargedMicroEuro()
                && (paying.operator == null
                        || paying.operator.payee().paidMicroEuro(paying.lane) == bill.owedMicroEuro());
        if (!same && cheatingPayers + cheatingPayees == 0) {
            problems.add("session " + bill.session() + " was charged " + bill.chargedMicroEuro()
                    + " millionths of a euro, and paid " + paid);
        }
        return same;
    }

    private long redeem() {
        var redemptions = new ArrayList<Channels.Redemption>();
        var all = new ArrayList<Money.Hop>(hops.values());
        roaming.values().forEach(some -> all.addAll(some.values()));
        for (var hop : all) {
            var newest = hop.payee().newest();
            if (newest != null) {
                redemptions.add(redemption(hop, newest));
            }
        }
        String to = market.channels().getContractAddress();
        for (int from = 0; from < redemptions.size(); from += MOST_AT_ONCE) {
            founded.transactions()
                    .sendLarge(
                            founded.operators().getFirst().owner(),
                            "redeeming vouchers",
                            to,
                            market.channels()
                                    .redeem(redemptions.subList(
                                            from, Math.min(redemptions.size(), from + MOST_AT_ONCE))));
        }
        return gas();
    }

    private Channels.Redemption redemption(Money.Hop hop, SignedVoucher signed) {
        var v = signed.voucher();
        return new Channels.Redemption(
                hop.channel().payer(),
                BigInteger.valueOf(hop.channel().payee()),
                new Channels.Voucher(
                        v.channel().toArrayUnsafe(),
                        BigInteger.valueOf(v.totalMicroEuro()),
                        v.lane().toArrayUnsafe(),
                        BigInteger.valueOf(v.laneMicroEuro()),
                        BigInteger.valueOf(v.laneWh())),
                signed.signatureForContract(money.domain(), hop.channel().signer())
                        .toArrayUnsafe());
    }

    private Claim claim(Settlement settlement, int index, Credentials account) {
        var bill = settlement.bills().get(index);
        int session = Settlement.sessionOf(bill);
        var wallet = wallets.of(account.getAddress());
        // to the account with the driver's money, or where they were asked for
        String to = (wallet == null ? account : wallet.payer()).getAddress();
        var signature = TypedData.claim(
                        network.client().chainId(), market.settlement().getContractAddress(), session, to)
                .sign(account);
        return new Claim(
                BigInteger.valueOf(settlement.timestep()),
                bill.toArrayUnsafe(),
                BigInteger.valueOf(index),
                MerkleTree.proof(settlement.bills(), index).stream()
                        .map(Bytes32::toArrayUnsafe)
                        .toList(),
                to,
                signature.toArray());
    }

    private long claim(List<Claim> claims) {
        String to = market.settlement().getContractAddress();
        for (int from = 0; from < claims.size(); from += MOST_AT_ONCE) {
            founded.transactions()
                    .sendLarge(
                            founded.operators().getFirst().owner(),
                            "claiming tokens",
                            to,
                            market.settlement()
                                    .claim(claims.subList(from, Math.min(claims.size(), from + MOST_AT_ONCE))));
        }
        return gas();
    }

    /** Of what was sent. */
    private long gas() {
        long gas = 0;
        for (var receipt : founded.transactions().confirm()) {
            transactions++;
            gas += receipt.getGasUsed().longValueExact();
        }
        return gas;
    }

    /** A bill that is worth being read: of a session that was paid over both hops, if there is one. */
    public @Nullable Shown receipt(List<Settlement> settlements) {
        Shown some = null;
        for (var settlement : settlements) {
            for (int i = 0; i < settlement.bills().size(); i++) {
                var bill = IssuedBill.of(settlement.bills().get(i));
                if (!sessions.containsKey(bill.session())) {
                    continue;
                }
                boolean roams = bill.provider() != bill.operator();
                if (roams && bill.tokens() > 0 && bill.greenWh() > 0) {
                    return new Shown(settlement, i);
                }
                some = some == null || roams ? new Shown(settlement, i) : some;
            }
        }
        return some;
    }

    /** A bill of a settlement, by its place. */
    public record Shown(Settlement settlement, int index) {}
}
