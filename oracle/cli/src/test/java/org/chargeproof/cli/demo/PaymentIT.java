package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.payment.Demand;
import org.chargeproof.payment.JointClosing;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.Payment;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.Receipt;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.http.PayeeClient;
import org.chargeproof.payment.signature.VoucherKey;
import org.chargeproof.payment.wallet.Wallet;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** A provider pays an operator, by command: the contract takes the vouchers that this program signs, and shows what became of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PaymentIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(30, 15, 5, 4, 2, 3);
    private static final int OPERATOR = 2;

    private final List<Keys.Operator> operators = IntStream.rangeClosed(1, 2)
            .mapToObj(i -> Keys.operator("Operator " + i))
            .toList();
    private final Credentials voucherSigner = Keys.fresh();

    private Path folder = Path.of("");
    private EmbeddedLedger ledger;
    private LedgerClient client;
    private Network network;
    private Transactions transactions;
    private Thread server;
    private int port;

    @BeforeAll
    void startNetwork(@TempDir Path temporary) throws IOException {
        folder = temporary;
        ledger = EmbeddedLedger.startWithBlocksEverySecond();
        client = LedgerClient.connect(ledger.url());
        transactions = new Transactions(client, new RealTime(client));
        network = new Deployment(client, transactions, text -> {}).contracts(PARAMETERS, operators);
        write("provider.key", operators.getFirst().owner());
        write("operator.key", operators.getLast().owner());
        port = freePort();
    }

    @AfterAll
    void stopNetwork() throws InterruptedException {
        if (server != null) {
            server.interrupt();
            server.join();
        }
        client.close();
        ledger.close();
    }

    @Test
    @Order(1)
    void opensAChannel() {
        assertThat(Commands.run(2, open("20"))).contains("has 0.000000 EUR").contains("Nothing was sent");
        euros();
        assertThat(Commands.run(2, open("0"))).contains("--euro is 0");
        assertThat(Commands.run(0, open("20"))).contains("is open: epoch 0, deposit 20.000000 EUR");
        assertThat(Commands.run(2, open("20"))).contains("has a channel to 2 already");
        assertThat(Commands.run(0, command("provider.key", "top-up", "--payee", "2", "--euro", "5")))
                .contains("deposit 25.000000 EUR");
    }

    @Test
    @Order(2)
    void takesVouchersWhileItServes() {
        server = serve();
        var reader = new ChannelReader(network);
        var channel = Objects.requireNonNull(reader.read(provider(), OPERATOR)).channel();
        try (var payer = Payer.open(folder.resolve("payer"), reader.domain(), PaymentLimits.DEFAULTS);
                var payee = new PayeeClient("http://127.0.0.1:" + port)) {
            payer.use(channel, VoucherKey.of(voucherSigner));
            until(() -> {
                try {
                    return payee.channel(channel.id()).mostMicroEuro() == 25_000_000;
                } catch (LedgerException e) {
                    return false;
                }
            });
            long paid = 0;
            for (int i = 0; i < 10; i++) {
                paid += 40_000;
                for (int session = 1; session <= 3; session++) {
                    payer.meter(channel.id(), lane(session), paid / 300, paid);
                    var payment = payer.pay(channel.id(), new Demand(lane(session), paid / 300, paid));
                    var receipt = payee.send(List.of(((Payment.Signed) payment).voucher()))
                            .getFirst();
                    assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
                }
            }
        }
        assertThat(Commands.run(
                        0,
                        show("--payer-data", folder.resolve("payer").toString(), "--url", "http://127.0.0.1:" + port)))
                .contains("deposit   25.000000 EUR, of which 25.000000 EUR are left")
                .contains("signed    1.200000 EUR")
                .contains("accepted  1.200000 EUR")
                .contains("settled   0.000000 EUR were paid, says the contract; it has a voucher of 0.000000 EUR");
        assertThat(Commands.run(2, redeem())).contains("in use by another process");
    }

    /** The payer announces that it closes, with nothing on chain: the server hands in what it holds, by itself. */
    @Test
    @Order(3)
    void redeemsByItselfWhenTheChannelCloses() throws Exception {
        assertThat(Commands.run(0, command("provider.key", "close", "--payee", "2")))
                .contains("announced in timestep");
        assertThat(Commands.run(0, command("provider.key", "close", "--payee", "2")))
                .contains("closing was announced before");
        var reader = new ChannelReader(network);
        // the contract has recovered the signer from the digest that it makes by itself
        until(() -> Objects.requireNonNull(reader.read(provider(), OPERATOR)).acceptedMicroEuro() == 1_200_000);
        server.interrupt();
        server.join();
        assertThat(Commands.run(0, redeem())).contains("nothing to redeem");
        assertThat(Commands.run(0, show("--payee-data", folder.resolve("payee").toString())))
                .contains("accepted  1.200000 EUR, says the payee's folder")
                .contains("it has a voucher of 1.200000 EUR, and would pay 0.000000 EUR now")
                .contains("closing   announced");
        assertThat(Commands.run(2, command("operator.key", "withdraw", "--payer", provider(), "--payee", "2")))
                .contains("WindowOpen")
                .contains("Nothing was sent");
    }

    @Test
    @Order(4)
    void closesAtOnceByThePayee() {
        assertThat(Commands.run(2, command("operator.key", "close"))).contains("which channel?");
        assertThat(Commands.run(0, command("operator.key", "close", "--payer", provider(), "--at-once")))
                .contains("closed");
        assertThat(Commands.run(2, show())).contains("has no channel to 2");
        // vouchers of the epoch that is over are not sent
        assertThat(Commands.run(0, redeem())).contains("nothing to redeem");
    }

    /** Both sign what was paid in all: no window, no bill, and whoever changes the amount is refused. */
    @Test
    @Order(5)
    void closesTogether() throws Exception {
        Commands.run(0, open("20"));
        server = serve();
        var reader = new ChannelReader(network);
        var channel = Objects.requireNonNull(reader.read(provider(), OPERATOR)).channel();
        write("voucher.key", voucherSigner);
        var lane = lane(9);
        try (var payer = Payer.open(folder.resolve("payer"), reader.domain(), PaymentLimits.DEFAULTS);
                var payee = new PayeeClient("http://127.0.0.1:" + port)) {
            payer.use(channel, VoucherKey.of(voucherSigner));
            until(() -> isServed(payee, channel.id()));
            payer.meter(channel.id(), lane, 100, 40_000);
            var payment = (Payment.Signed) payer.pay(channel.id(), new Demand(lane, 100, 40_000));
            assertThat(payee.send(List.of(payment.voucher())).getFirst().outcome())
                    .isEqualTo(Receipt.Outcome.ACCEPTED);
            long until = client.head().timestampSeconds() + 60;
            // for less than is held, by another key, and for too long
            var less = new JointClosing(channel.id(), 39_999, until);
            assertThatThrownBy(() ->
                            payee.agree(less, less.typedData(reader.domain()).sign(voucherSigner)))
                    .hasMessageContaining("must be from 40000");
            var same = new JointClosing(channel.id(), 40_000, until);
            assertThatThrownBy(() ->
                            payee.agree(same, same.typedData(reader.domain()).sign(Keys.fresh())))
                    .hasMessageContaining("is not signed by");
            var later = new JointClosing(channel.id(), 40_000, until + 3_600);
            assertThatThrownBy(() ->
                            payee.agree(later, later.typedData(reader.domain()).sign(voucherSigner)))
                    .hasMessageContaining("counts until");
            // none of them has stopped its vouchers
            assertThat(payee.send(List.of(payment.voucher())).getFirst().allowanceMicroEuro())
                    .isPositive();
        }
        assertThat(Commands.run(2, command("provider.key", "close", "--payee", "2", "--together")))
                .contains("--url");
        assertThat(Commands.run(0, together()))
                .contains("closed: 0.040000 EUR were paid in all, 19.960000 EUR were returned");
        assertThat(Commands.run(2, show())).contains("has no channel to 2");
    }

    private List<String> together() {
        return command(
                "provider.key",
                "close",
                "--payee",
                "2",
                "--together",
                "--url",
                "http://127.0.0.1:" + port,
                "--payer-data",
                folder.resolve("payer").toString(),
                "--voucher-key",
                folder.resolve("voucher.key").toString());
    }

    private static boolean isServed(PayeeClient payee, Bytes32 channel) {
        try {
            return payee.channel(channel).mostMicroEuro() > 0;
        } catch (LedgerException e) {
            return false;
        }
    }

    private Thread serve() {
        return Thread.ofPlatform()
                .start(() -> Commands.run(
                        0,
                        command(
                                "operator.key",
                                "serve",
                                "--payee",
                                "2",
                                "--data",
                                folder.resolve("payee").toString(),
                                "--port",
                                String.valueOf(port),
                                "--meters-port",
                                "0")));
    }

    @Test
    @Order(6)
    void keepsAWallet() throws IOException {
        Path password = folder.resolve("password");
        Files.writeString(password, "correct horse\n");
        String wallet = folder.resolve("wallet").toString();
        String made = Commands.run(0, "wallet", "new", wallet, "--password-file", password.toString());
        assertThat(made).contains("write these 12 words down");
        assertThat(Commands.run(0, "wallet", "accounts", wallet, "--password-file", password.toString(), "--new", "3"))
                .hasLineCount(3);
        String key = folder.resolve("driver.json").toString();
        String address =
                Commands.run(0, "wallet", "export", wallet, "--password-file", password.toString(), "--out", key);
        assertThat(made).contains(address.strip());
        String words;
        String used;
        try (var opened = Wallet.open(Path.of(wallet), "correct horse")) {
            words = opened.words();
            used = opened.session(2).credentials().getAddress();
        }
        assertThat(Commands.run(0, "wallet", "show", wallet, "--password-file", password.toString()))
                .contains("3 given")
                .doesNotContain(words);
        // the third one has sent something
        transactions.send(
                Credentials.create(sessionKey(wallet)),
                "an approval",
                network.requireMarket().euro().getContractAddress(),
                network.requireMarket().euro().approve(used, BigInteger.ONE));
        transactions.confirm();
        Path file = folder.resolve("words");
        Files.writeString(file, words + "\n");
        assertThat(Commands.run(
                        0,
                        "wallet",
                        "restore",
                        folder.resolve("restored").toString(),
                        "--password-file",
                        password.toString(),
                        "--words-file",
                        file.toString(),
                        "--rpc",
                        ledger.url(),
                        "--contract",
                        network.address()))
                .contains(address.strip())
                .contains("1 were used; the next one is number 3");
    }

    private static String sessionKey(String wallet) {
        try (var opened = Wallet.open(Path.of(wallet), "correct horse")) {
            return Numeric.toHexStringWithPrefixZeroPadded(
                    opened.session(2).credentials().getEcKeyPair().getPrivateKey(), 64);
        }
    }

    /** The members vote for an issuer, which brings 100 euros into circulation for the provider. */
    private void euros() {
        var issuer = Keys.fresh();
        var euro = network.requireMarket().euro();
        transactions.send(
                operators.getFirst().owner(),
                "a proposal",
                network.address(),
                network.consortium().proposeIssuerCap(issuer.getAddress(), BigInteger.valueOf(1_000_000_000)));
        var proposed = org.chargeproof.contracts.Consortium.getProposedEvents(
                transactions.confirm().getLast());
        transactions.send(
                operators.getLast().owner(),
                "a vote",
                network.address(),
                network.consortium().vote(proposed.getFirst().proposal));
        transactions.confirm();
        transactions.send(
                issuer,
                "euros",
                euro.getContractAddress(),
                euro.issue(provider(), BigInteger.valueOf(100_000_000), new byte[32]));
        transactions.confirm();
    }

    private String provider() {
        return operators.getFirst().owner().getAddress();
    }

    private static Bytes32 lane(int session) {
        return Bytes32.leftPad(Bytes.ofUnsignedInt(session));
    }

    private List<String> open(String euro) {
        return command(
                "provider.key", "open", "--payee", "2", "--euro", euro, "--voucher-signer", voucherSigner.getAddress());
    }

    private List<String> redeem() {
        return command(
                "operator.key", "redeem", "--data", folder.resolve("payee").toString());
    }

    private List<String> show(String... more) {
        var arguments = new ArrayList<>(List.of("pay", "channel", "--payer", provider(), "--payee", "2"));
        arguments.addAll(List.of("--rpc", ledger.url(), "--contract", network.address()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private List<String> command(String key, String command, String... more) {
        var arguments = new ArrayList<>(
                List.of("pay", command, "--key", folder.resolve(key).toString()));
        arguments.addAll(List.of("--rpc", ledger.url(), "--contract", network.address()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private void write(String name, Credentials credentials) throws IOException {
        Files.writeString(
                folder.resolve(name),
                Numeric.toHexStringWithPrefixZeroPadded(
                        credentials.getEcKeyPair().getPrivateKey(), 64));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void until(BooleanSupplier condition) {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("it did not come within a minute");
    }
}
