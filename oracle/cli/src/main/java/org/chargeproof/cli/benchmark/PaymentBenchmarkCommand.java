package org.chargeproof.cli.benchmark;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.console.process.Folders;
import org.chargeproof.contracts.Channels;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.Demand;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.PayerChannel;
import org.chargeproof.payment.Payment;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.Receipt.Outcome;
import org.chargeproof.payment.SignedVoucher;
import org.chargeproof.payment.VoucherDomain;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.http.PayeeClient;
import org.chargeproof.payment.http.PayeeServer;
import org.chargeproof.payment.signature.BouncyCastleEcdsa;
import org.chargeproof.payment.signature.Ecdsa;
import org.chargeproof.payment.signature.VoucherKey;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.protocol.core.RemoteFunctionCall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code scripts/bench payments}: all figures are of one run, on this machine, so that their ratios say something. */
@Command(
        name = "bench-payments",
        hidden = true,
        header = "Measures vouchers a second, and the gas of paying.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PaymentBenchmarkCommand implements Callable<Integer> {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final long START_SECONDS = 1_780_272_000;
    private static final int SESSIONS = 1_000;
    private static final int CLIENTS = 4;
    private static final long UNIT = PaymentLimits.DEFAULTS.unitMicroEuro();
    /** 20 kWh at 36 cents, VAT included. */
    private static final long SESSION_MICRO_EURO = 7_200_000;

    private static final long DEPOSIT = 1_000_000_000;
    private static final int GOAL_PER_SECOND = 5_000;

    @Option(names = "--seconds", defaultValue = "5", description = "For each rate (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Something that is done over and over. */
    private interface Work {
        /** Does some. */
        int run();
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        double fastest = signatures(out, Ecdsa.fastest());
        double slow = signatures(out, new BouncyCastleEcdsa());
        line(out, "ratio", String.format(Locale.ROOT, "%.1f times as many", fastest / slow));
        double batches = exchange(out, 64);
        exchange(out, 1);
        line(out, "goal of " + GOAL_PER_SECOND + " vouchers/s", batches >= GOAL_PER_SECOND ? "reached" : "missed");
        gas(out);
        out.flush();
        return 0;
    }

    private double signatures(PrintWriter out, Ecdsa ecdsa) {
        byte[] key = Hash.sha3("a key".getBytes(StandardCharsets.US_ASCII));
        byte[] publicKey = ecdsa.publicKey(key);
        byte[] digest = Hash.sha3(key);
        byte[] signature = ecdsa.sign(digest, key);
        double signed = perSecond(() -> ecdsa.sign(digest, key).length / Ecdsa.SIGNATURE_BYTES);
        double verified = perSecond(() -> ecdsa.verify(digest, signature, publicKey) ? 1 : 0);
        line(out, "signed by " + ecdsa.description() + ", one thread", rate(signed));
        line(out, "verified by " + ecdsa.description() + ", one thread", rate(verified));
        // of vouchers that are both
        return 1 / (1 / signed + 1 / verified);
    }

    /** Signed and written by the payer, sent over HTTP, verified, written and acknowledged by the payee; all in this process. */
    private double exchange(PrintWriter out, int batch) throws IOException {
        Path folder = Files.createTempDirectory("chargeproof-bench");
        var domain = VoucherDomain.of(1, "0x" + "c4".repeat(20));
        var key = VoucherKey.of(Keys.fresh());
        var channel = new Channel("0x" + "aa".repeat(20), 2, 0, key.address(), 1L << 60);
        var vertx = Vertx.vertx();
        try (var payer = Payer.open(folder.resolve("payer"), domain, PaymentLimits.DEFAULTS);
                var payee = Payee.open(folder.resolve("payee"), domain, PaymentLimits.DEFAULTS);
                var server = PayeeServer.forVouchers(vertx, payee, "127.0.0.1", 0);
                var pool = Executors.newFixedThreadPool(CLIENTS)) {
            payer.use(channel, key);
            payee.use(channel);
            Duration before = cpu();
            long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            long end = warm + TimeUnit.SECONDS.toNanos(seconds);
            var all = new AtomicInteger();
            var counts = new ArrayList<Future<Integer>>();
            for (int c = 0; c < CLIENTS; c++) {
                int first = c;
                counts.add(pool.submit(() -> client(payer, channel.id(), server.port(), first, batch, warm, end, all)));
            }
            int vouchers = 0;
            for (var count : counts) {
                vouchers += count.get();
            }
            double perSecond = vouchers / (double) seconds;
            Duration cpu = cpu().minus(before);
            line(
                    out,
                    "signed, kept, sent, verified, kept; " + batch + " a request",
                    rate(perSecond) + ", " + SESSIONS + " sessions, " + CLIENTS + " senders");
            line(
                    out,
                    "  computing for each of them, all threads and warming up",
                    String.format(Locale.ROOT, "%.0f us", cpu.toNanos() / 1e3 / Math.max(1, all.get())));
            return perSecond;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            Folders.delete(folder);
        }
    }

    /** Pays until the end; counts what was acknowledged when it was warm. */
    private static int client(
            Payer payer, Bytes32 channel, int port, int first, int batch, long warm, long end, AtomicInteger all) {
        int counted = 0;
        try (var client = new PayeeClient("http://127.0.0.1:" + port)) {
            var paid = new long[SESSIONS];
            int session = first;
            while (System.nanoTime() < end) {
                var demands = new ArrayList<Demand>();
                for (int i = 0; i < batch; i++) {
                    session = (session + CLIENTS) % SESSIONS;
                    paid[session] += UNIT;
                    Bytes32 lane = Bytes32.leftPad(Bytes.ofUnsignedInt(session));
                    payer.meter(channel, lane, paid[session] / 300, paid[session]);
                    demands.add(new Demand(lane, paid[session] / 300, paid[session]));
                }
                List<SignedVoucher> vouchers = payer.pay(channel, demands).stream()
                        .map(payment -> ((Payment.Signed) payment).voucher())
                        .toList();
                for (var receipt : client.send(vouchers)) {
                    if (receipt.outcome() == Outcome.REFUSED) {
                        throw new IllegalStateException(receipt.reason());
                    }
                }
                all.addAndGet(vouchers.size());
                if (System.nanoTime() >= warm) {
                    counted += vouchers.size();
                }
            }
        }
        return counted;
    }

    /** On an embedded ledger, with the contracts as they are. */
    private void gas(PrintWriter out) {
        try (var ledger = EmbeddedLedger.start(START_SECONDS);
                var client = LedgerClient.connect(ledger.url())) {
            var transactions = new Transactions(client, new MovedTime(client, () -> {}));
            var operators = IntStream.rangeClosed(1, 3)
                    .mapToObj(i -> Keys.operator("Operator " + i))
                    .toList();
            var network = new Deployment(client, transactions, text -> {}).contracts(PARAMETERS, operators);
            var gas = new Gas(network, transactions, operators);
            gas.euros();
            // the first one of a channel may cost more
            gas.redeem(UNIT);
            long later = gas.redeem(SESSION_MICRO_EURO);
            long transfer = gas.transfer();
            long units = SESSION_MICRO_EURO / UNIT;
            line(out, "gas of a redemption", String.valueOf(later));
            for (int sessions : new int[] {1, 10, 100, 1_000}) {
                line(
                        out,
                        "  for each of " + sessions + " sessions that it pays",
                        String.format(Locale.ROOT, "%.0f", later / (double) sessions));
            }
            line(out, "gas of a payment on chain (transfer)", String.valueOf(transfer));
            line(
                    out,
                    "  for a session of " + units + " units of 0.05 EUR",
                    transfer * units + ", which is " + transfer * units * 100 / later
                            + " times the share of a redemption for 100");
            line(out, "  (no bill is final here: a redemption that also pays is in the contracts' gas snapshot)", "");
        }
    }

    private record Gas(Network network, Transactions transactions, List<Keys.Operator> operators) {
        void euros() {
            var market = network.requireMarket();
            var issuer = Keys.fresh();
            send(
                    operators.get(0).owner(),
                    network.address(),
                    network.consortium().proposeIssuerCap(issuer.getAddress(), big(2 * DEPOSIT)));
            var proposed = Consortium.getProposedEvents(transactions.confirm().getLast())
                    .getFirst();
            send(
                    operators.get(1).owner(),
                    network.address(),
                    network.consortium().vote(proposed.proposal));
            transactions.confirm();
            String euro = market.euro().getContractAddress();
            send(issuer, euro, market.euro().issue(payer(), big(2 * DEPOSIT), new byte[32]));
            transactions.confirm();
            send(
                    operators.get(0).owner(),
                    euro,
                    market.euro().approve(market.channels().getContractAddress(), big(DEPOSIT)));
            send(
                    operators.get(0).owner(),
                    market.channels().getContractAddress(),
                    market.channels().open(big(2), payer(), big(DEPOSIT)));
            transactions.confirm();
        }

        /** Redeems a voucher that the payer's owner signs. @return gas used */
        long redeem(long totalMicroEuro) {
            var reader = new ChannelReader(network);
            var channel = Objects.requireNonNull(reader.read(payer(), 2)).channel();
            var payerChannel = new PayerChannel(
                    reader.domain(),
                    channel,
                    new PaymentLimits(100_000_000, 1_000_000),
                    VoucherKey.of(operators.get(0).owner()));
            Bytes32 lane = Bytes32.leftPad(Bytes.ofUnsignedInt(1));
            payerChannel.meter(lane, 0, totalMicroEuro);
            var voucher = ((Payment.Signed) payerChannel.pay(new Demand(lane, 0, totalMicroEuro))).voucher();
            var v = voucher.voucher();
            var channels = network.requireMarket().channels();
            send(
                    operators.get(1).owner(),
                    channels.getContractAddress(),
                    channels.redeem(List.of(new Channels.Redemption(
                            payer(),
                            big(2),
                            new Channels.Voucher(
                                    v.channel().toArray(),
                                    big(v.totalMicroEuro()),
                                    v.lane().toArray(),
                                    big(v.laneMicroEuro()),
                                    big(v.laneWh())),
                            voucher.signatureForContract(reader.domain(), channel.signer())
                                    .toArray()))));
            return gasUsed();
        }

        /** Pays a unit by a transfer, to an account that has had one before. @return gas used */
        long transfer() {
            var euro = network.requireMarket().euro();
            String to = operators.get(2).owner().getAddress();
            for (int i = 0; i < 2; i++) {
                send(operators.get(0).owner(), euro.getContractAddress(), euro.transfer(to, big(UNIT)));
                if (i == 0) {
                    transactions.confirm();
                }
            }
            return gasUsed();
        }

        private String payer() {
            return operators.get(0).owner().getAddress();
        }

        private long gasUsed() {
            return transactions.confirm().getLast().getGasUsed().longValueExact();
        }

        private void send(Credentials from, String to, RemoteFunctionCall<?> call) {
            transactions.send(from, "a transaction", to, call);
        }
    }

    /** How often something can be done in a second, once it is warm. */
    private double perSecond(Work work) {
        count(work);
        long start = System.nanoTime();
        long done = count(work);
        return done * 1e9 / (System.nanoTime() - start);
    }

    private long count(Work work) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) / 2;
        long done = 0;
        while (System.nanoTime() < end) {
            done += work.run();
        }
        return done;
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format(Locale.ROOT, "%-56s %s", name, value));
        out.flush();
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
