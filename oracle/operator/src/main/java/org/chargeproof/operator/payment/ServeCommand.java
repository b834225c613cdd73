package org.chargeproof.operator.payment;

import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.chain.PayeeFollower;
import org.chargeproof.payment.http.PayeeServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof pay serve}. */
@Command(
        name = "serve",
        header = "Takes vouchers, keeps them, and redeems them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "For a payee: takes vouchers over HTTP (POST /vouchers), signs that a channel closes at once when its payer asks, follows its channels on chain, redeems what it holds each"
                        + " hour, and at once when a payer announces that it closes. Its own systems say at another port, on"
                        + " loopback alone, what was delivered, and hear what may still be. Runs until it is interrupted.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final int MOST_PORT = 65_535;
    private static final int MOST_MINUTES = 1_440;
    private static final long POLL_MILLIS = 1_000;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Mixin
    private SignerOptions signer = new SignerOptions();

    @Option(
            names = "--payee",
            required = true,
            paramLabel = "ID",
            description = "Who you are: a member's or provider's id.")
    private int payeeId;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIRECTORY",
            description = "Where vouchers are kept. Back it up.")
    private @Nullable Path data;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen for vouchers (default: ${DEFAULT-VALUE}); others need TLS before it.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8100",
            description = "For vouchers; 0: any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--meters-port",
            paramLabel = "PORT",
            defaultValue = "8101",
            description = "For your own systems, on loopback (default: ${DEFAULT-VALUE}).")
    private int metersPort;

    @Option(
            names = "--unit-euro",
            paramLabel = "EURO",
            defaultValue = "0.05",
            description = "How far a session may be ahead of its payment (default: ${DEFAULT-VALUE}).")
    private BigDecimal unitEuro = BigDecimal.ZERO;

    @Option(
            names = "--redeem-minutes",
            paramLabel = "N",
            defaultValue = "60",
            description = "How often vouchers are redeemed (default: ${DEFAULT-VALUE}).")
    private int redeemMinutes;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        OptionChecks.requireRange("--payee", payeeId, 1, OpenChannelCommand.MOST_PAYEE);
        OptionChecks.requireRange("--port", port, 0, MOST_PORT);
        OptionChecks.requireRange("--meters-port", metersPort, 0, MOST_PORT);
        OptionChecks.requireRange("--redeem-minutes", redeemMinutes, 1, MOST_MINUTES);
        var limits = new PaymentLimits(Euros.microEuro("--unit-euro", unitEuro), PaymentLimits.DEFAULTS.toleranceWh());
        TransactionSigner key = signer.signer();
        var vertx = Vertx.vertx();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            serve(Network.discover(client, options.contract()), limits, key, vertx);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            vertx.close();
        }
        return 0;
    }

    private void serve(Network network, PaymentLimits limits, TransactionSigner key, Vertx vertx)
            throws InterruptedException {
        var stop = new CountDownLatch(1);
        var reader = new ChannelReader(network);
        try (var payee = Payee.open(Objects.requireNonNull(data), reader.domain(), limits);
                var vouchers = listen(
                        "--port",
                        () -> PayeeServer.forVouchers(vertx, payee, desk(network, reader, payee, key), host, port));
                var meters = listen("--meters-port", () -> PayeeServer.forMeters(vertx, payee, metersPort));
                var ended = AtExit.run(stop::countDown)) {
            Objects.requireNonNull(ended);
            PrintWriter out = spec.commandLine().getOut();
            out.println("takes vouchers at http://" + host + ":" + vouchers.port() + ", meters at http://127.0.0.1:"
                    + meters.port());
            out.flush();
            run(network, payee, key, stop, out);
        }
    }

    private static PayeeServer.ClosingDesk desk(
            Network network, ChannelReader reader, Payee payee, TransactionSigner key) {
        return new PayeeServer.ClosingDesk() {
            @Override
            public long headSeconds() {
                return network.client().head().timestampSeconds();
            }

            @Override
            public long acceptedMicroEuro(Bytes32 channel) {
                for (var known : payee.channels()) {
                    if (known.id().equals(channel)) {
                        var onChain = reader.read(known.payer(), known.payee());
                        if (onChain != null && onChain.channel().id().equals(channel)) {
                            return onChain.acceptedMicroEuro();
                        }
                    }
                }
                throw new LedgerException("channel " + channel + " is not open on chain");
            }

            @Override
            public Bytes sign(TypedData data) {
                return key.sign(data);
            }
        };
    }

    private static PayeeServer listen(String option, Callable<PayeeServer> server) {
        try {
            return server.call();
        } catch (CompletionException e) {
            throw new BadInputException(
                    "cannot listen (" + e.getCause() + "). Name another port with " + option + ".", e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Network network, Payee payee, TransactionSigner key, CountDownLatch stop, PrintWriter out)
            throws InterruptedException {
        var follower = new PayeeFollower(network, payee, payeeId);
        var reader = new ChannelReader(network);
        long redeemAfterNanos = TimeUnit.MINUTES.toNanos(redeemMinutes);
        long redeemedNanos = System.nanoTime();
        boolean isDue = false;
        boolean isWell = true;
        do {
            try {
                // what was announced stays due until it is in a block
                isDue |= follower.follow();
                isDue |= System.nanoTime() - redeemedNanos >= redeemAfterNanos;
                if (isDue) {
                    redeem(network, reader, payee, key, out);
                    redeemedNanos = System.nanoTime();
                    isDue = false;
                }
                if (!isWell) {
                    LOG.info("the node answers again");
                }
                isWell = true;
            } catch (LedgerException | RpcErrorException e) {
                if (isWell) {
                    LOG.warn("{}", e.getMessage());
                }
                isWell = false;
            }
        } while (!stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    private static void redeem(
            Network network, ChannelReader reader, Payee payee, TransactionSigner key, PrintWriter out) {
        var channels = network.requireMarket().channels();
        var transactions = new Transactions(network.client(), new RealTime(network.client()));
        int vouchers = 0;
        for (var batch : reader.redemptions(payee)) {
            transactions.send(key, batch.size() + " vouchers", channels.getContractAddress(), channels.redeem(batch));
            transactions.confirm();
            vouchers += batch.size();
        }
        if (vouchers > 0) {
            out.println(vouchers + " vouchers were redeemed");
            out.flush();
        }
    }
}
