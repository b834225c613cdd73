package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.contracts.Meters;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.meter.RecordFile;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Transactions;
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
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/** Meters that sign, as an operator and a driver handle them: by command, on a ledger that makes blocks by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MeterIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(30, 15, 5, 4, 2, 3);
    private static final Path EXAMPLE = Path.of(
            System.getenv().getOrDefault("CHARGEPROOF_HOME", "."), "docs", "reference", "examples", "assets.csv");
    private static final String READINGS =
            "time,register_wh,point\n2026-07-01T06:00:00Z,123456,B\n2026-07-01T06:15:00Z,125296,C\n2026-07-01T06:22:30Z,126216.5,E\n";

    private final List<Keys.Operator> operators = IntStream.rangeClosed(1, 2)
            .mapToObj(i -> Keys.operator("Operator " + i))
            .toList();

    private Path folder = Path.of("");
    private EmbeddedLedger ledger;
    private LedgerClient client;
    private Transactions transactions;
    private Network network;
    private String publicKey = "";

    @BeforeAll
    void startNetwork(@TempDir Path temporary) throws IOException {
        folder = temporary;
        ledger = EmbeddedLedger.startWithBlocksEverySecond();
        client = LedgerClient.connect(ledger.url());
        transactions = new Transactions(client, new RealTime(client));
        network = new Deployment(client, transactions, text -> {}).contracts(PARAMETERS, operators);
        write("owner.key", hex(operators.getFirst().owner()));
        write("meter.key", hex(operators.getFirst().meter()));
        write("other.key", hex(operators.getLast().owner()));
        write("readings.csv", READINGS);
        Commands.run(0, sending("assets", "owner.key", "import", EXAMPLE.toString()));
    }

    @AfterAll
    void stopNetwork() {
        client.close();
        ledger.close();
    }

    @Test
    @Order(1)
    void makesAKeyForItsOwnerAlone() throws IOException {
        publicKey = Commands.run(0, "meter", "new-key", at("m.pem"), "--curve", "secp256k1")
                .strip();
        assertThat(publicKey).matches("3056301006072a8648ce3d020106052b8104000a034200 ?04[0-9a-f]{128}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("m.pem"))))
                .isEqualTo("rw-------");
        assertThat(Commands.run(2, "meter", "new-key", at("m.pem"))).contains("never overwritten");
        Commands.run(0, "meter", "new-key", at("another.pem"));
    }

    @Test
    @Order(2)
    void registersItOnChain() {
        assertThat(Commands.run(2, verify("session.xml"))).contains("cannot read");
        assertThat(Commands.run(
                        0,
                        sending(
                                "meter",
                                "owner.key",
                                "register-key",
                                "--charge-point",
                                "0",
                                "--public-key",
                                publicKey)))
                .contains("charge point 0 has the key secp256k1 ")
                .contains("until now no meter's key");
        assertThat(Commands.run(
                        0,
                        sending(
                                "meter",
                                "owner.key",
                                "register-key",
                                "--charge-point",
                                "0",
                                "--meter-key",
                                at("m.pem"))))
                .contains("nothing to do")
                .doesNotContain("sent:");
        assertThat(Commands.run(2, sending("meter", "other.key", "register-key", "--charge-point", "0", "--none")))
                .contains("NotYours(")
                .contains("Nothing was sent");
        assertThat(Commands.run(2, sending("meter", "owner.key", "register-key", "--charge-point", "0")))
                .contains("which key?");
        assertThat(Commands.run(
                        2,
                        sending("meter", "owner.key", "register-key", "--charge-point", "0", "--public-key", "3059")))
                .contains("SubjectPublicKeyInfo");
        var key = client.call(market().keyOf(BigInteger.ZERO));
        assertThat(key.component1()).isEqualTo(2);
        assertThat(publicKey).endsWith(Bytes.wrap(key.component2()).toUnprefixedHexString());
    }

    @Test
    @Order(3)
    void signsAndVerifies() throws IOException {
        Commands.run(0, sign("m.pem", "readings.csv", "--output", at("session.xml")));
        assertThat(Commands.run(2, sign("m.pem", "readings.csv", "--output", at("session.xml"))))
                .contains("exists");
        for (var arguments :
                List.of(verify("session.xml"), List.of("meter", "verify", at("session.xml"), "--key", publicKey))) {
            assertThat(Commands.run(0, arguments))
                    .contains("3 records of meter 'M-17' at 'DE*ABC*E0017', pages T7 to T9")
                    .contains("register from 123.456 kWh to 126.2165 kWh")
                    .contains("energy 2.7605 kWh")
                    .contains("GOOD: the meter signed every record");
        }
        write("lines.txt", Commands.run(0, sign("m.pem", "readings.csv", "--format", "base64")));
        assertThat(Commands.run(0, verify("lines.txt"))).contains("energy 2.7605 kWh");
    }

    @Test
    @Order(4)
    void tellsWhatIsNotGood() throws IOException {
        String xml = Files.readString(folder.resolve("session.xml"));
        write("changed.xml", xml.replace("126.2165", "226.2165"));
        assertThat(Commands.run(1, verify("changed.xml")))
                .contains("NOT GOOD")
                .contains("Record T9 is not signed by the meter's key");
        var lines = Files.readAllLines(folder.resolve("lines.txt"));
        write("gap.txt", lines.get(0) + "\n" + lines.get(2) + "\n");
        assertThat(Commands.run(1, verify("gap.txt"))).contains("Between the pages T7 and T9, 1 are missing");
        Commands.run(0, sign("another.pem", "readings.csv", "--output", at("another.xml")));
        assertThat(Commands.run(1, verify("another.xml"))).contains("Record T7 is not signed by the meter's key");

        // what cannot be used at all
        assertThat(Commands.run(2, "meter", "verify", at("session.xml"))).contains("whose key?");
        write("bomb.xml", "<?xml version=\"1.0\"?><!DOCTYPE v [<!ENTITY a \"b\">]><values>&a;</values>");
        assertThat(Commands.run(2, verify("bomb.xml"))).contains("bomb.xml");
        write("long.txt", "OCMF|" + " ".repeat(5_000_000));
        assertThat(Commands.run(2, verify("long.txt"))).contains("is longer than 4194304 bytes");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
        assertThat(Commands.run(2, verify("binary"))).contains("no text in UTF-8");
        write("bad.csv", READINGS.replace("126216.5", "1e9"));
        assertThat(Commands.run(2, sign("m.pem", "bad.csv"))).contains("row 3: register_wh is 1e9");
        write("falling.csv", READINGS.replace("126216.5", "1"));
        assertThat(Commands.run(2, sign("m.pem", "falling.csv")))
                .contains("The register fell")
                .contains("Nothing was written");
    }

    @Test
    @Order(5)
    void putsTheHashOnChainThatTheContractIsDocumentedWith() throws Exception {
        long session = session();
        assertThat(Commands.run(2, record("meter.key", session, "session.xml"))).contains("goes on");
        transactions.send(
                operators.getFirst().meter(),
                "the end",
                network.charging().getContractAddress(),
                network.charging().endSession(BigInteger.valueOf(session)));
        transactions.confirm();
        assertThat(Commands.run(2, record("meter.key", session, "changed.xml")))
                .contains("not signed")
                .contains("Nothing was sent");
        assertThat(Commands.run(2, record("meter.key", 999, "session.xml")))
                .contains("no session on chain: there are 1");
        assertThat(Commands.run(2, record("owner.key", session, "session.xml"))).contains("NotAMeter");
        assertThat(Commands.run(1, verify(session, "session.xml"))).contains("NOT RECORDED");
        String said = Commands.run(0, record("meter.key", session, "session.xml"));
        assertThat(Commands.run(0, verify(session, "session.xml"))).contains("RECORDED: the chain has the same hash");
        // the same meter's records of another session
        write("later.csv", READINGS.replace("06:22:30", "06:23:30"));
        Commands.run(0, sign("m.pem", "later.csv", "--output", at("later.xml")));
        assertThat(Commands.run(1, verify(session, "later.xml")))
                .contains("GOOD: ")
                .contains("OTHER RECORDS");
        assertThat(Commands.run(2, verify(999, "session.xml"))).contains("there is no session 999 on chain");

        var records = RecordFile.parse(Files.readString(folder.resolve("session.xml")));
        byte[] hash = sha256(Bytes.concatenate(
                        Bytes.wrap(sha256(records.getFirst().record().text().getBytes(StandardCharsets.UTF_8))),
                        Bytes.wrap(sha256(records.getLast().record().text().getBytes(StandardCharsets.UTF_8))))
                .toArray());
        assertThat(said).contains("session " + session + ": " + Bytes.wrap(hash).toHexString());
        String transaction = said.replaceAll("(?s).*transaction (0x[0-9a-f]{64}).*", "$1");
        TransactionReceipt receipt = client.receipt(transaction).orElseThrow();
        var events = Meters.getSessionsRecordedEvents(receipt);
        assertThat(events).hasSize(1);
        assertThat(Bytes.wrap(events.getFirst().entries))
                .isEqualTo(Bytes.concatenate(Bytes.ofUnsignedInt(session), Bytes.wrap(hash)));
        assertThat(events.getFirst().operator).isEqualTo(1);
    }

    private long session() {
        Credentials driver = Keys.fresh();
        transactions.send(
                operators.getFirst().owner(),
                "a user",
                network.assets().getContractAddress(),
                Pseudonyms.register(network, 1, List.of(driver)));
        transactions.confirm();
        int now = PARAMETERS.timestepAt(client.head().timestampSeconds());
        transactions.send(
                driver,
                "a request",
                network.charging().getContractAddress(),
                network.charging()
                        .request(
                                BigInteger.ZERO,
                                BigInteger.valueOf(5_000),
                                BigInteger.valueOf(5_000),
                                BigInteger.ZERO,
                                BigInteger.valueOf(PARAMETERS.startOf(now + 20)),
                                true));
        transactions.confirm();
        return client.call(network.charging().openSession(BigInteger.ZERO)).longValueExact();
    }

    private Meters market() {
        return Objects.requireNonNull(network.market()).meters();
    }

    private List<String> record(String key, long session, String file) {
        return sending("meter", key, "record", "--session", session + "=" + at(file));
    }

    private List<String> sign(String key, String readings, String... more) {
        return Stream.concat(
                        Stream.of("meter", "sign", at(readings), "--meter-key", at(key), "--serial", "M-17"),
                        Stream.concat(Stream.of("--evse", "DE*ABC*E0017", "--page", "7"), Stream.of(more)))
                .toList();
    }

    private List<String> verify(long session, String file) {
        return List.of(
                "meter",
                "verify",
                at(file),
                "--session",
                String.valueOf(session),
                "--rpc",
                ledger.url(),
                "--contract",
                network.address());
    }

    private List<String> verify(String file) {
        return List.of(
                "meter",
                "verify",
                at(file),
                "--charge-point",
                "0",
                "--rpc",
                ledger.url(),
                "--contract",
                network.address());
    }

    private List<String> sending(String command, String key, String... more) {
        return Stream.concat(
                        Stream.concat(Stream.of(command), Stream.of(more)),
                        Stream.of("--rpc", ledger.url(), "--contract", network.address(), "--key", at(key)))
                .toList();
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String hex(Credentials account) {
        return Numeric.toHexStringNoPrefixZeroPadded(account.getEcKeyPair().getPrivateKey(), 64);
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
