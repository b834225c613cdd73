package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

/** Bad input at every door: a clear message, and nothing half-written. */
class BadInputIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final long START = 1_780_272_000;

    private static EmbeddedLedger ledger;
    private static LedgerClient client;
    private static Transactions transactions;
    private static Network network;
    private static ChainTime time;
    private static final Credentials DRIVER = Keys.fresh();
    private static final Keys.Operator OPERATOR = Keys.operator("Aurora Charge");

    @TempDir
    private Path folder;

    @BeforeAll
    static void startNetwork() {
        ledger = EmbeddedLedger.start(START);
        client = LedgerClient.connect(ledger.url());
        time = new MovedTime(client, () -> {});
        transactions = new Transactions(client, time);
        network = new Deployment(client, transactions, text -> {}).contracts(PARAMETERS, List.of(OPERATOR));
        var assets = network.assets();
        transactions.send(
                OPERATOR.owner(),
                "a group",
                assets.getContractAddress(),
                assets.registerGroup(big(22_000), big(0), big(1), big(200)));
        transactions.send(
                OPERATOR.owner(),
                "a charge point",
                assets.getContractAddress(),
                assets.registerChargePoints(List.of(new AssetRegistry.ChargePoint(
                        "XX*CP1*E1",
                        big(0),
                        big(0),
                        big(11_000),
                        big(4_140),
                        big(0),
                        big(0),
                        big(0),
                        big(0),
                        big(0),
                        false))));
        transactions.send(
                OPERATOR.owner(),
                "a user",
                assets.getContractAddress(),
                Pseudonyms.register(network, 1, List.of(DRIVER)));
        transactions.confirm();
    }

    @AfterAll
    static void stopNetwork() {
        client.close();
        ledger.close();
    }

    @Test
    void refusesARequestForAnUnknownChargePoint() {
        assertRefused(DRIVER, 7, 1_000, 4 * 3_600, "UnknownChargePoint(chargePoint = 7, count = 1)");
    }

    @Test
    void refusesADepartureInThePast() {
        assertRefused(DRIVER, 0, 1_000, -60, "DepartureInPast(departure = ");
    }

    /** A car that is there may leave at any time. */
    @Test
    void refusesAReservationWithoutAWholeTimestep() {
        assertRefused(DRIVER, 0, 1_000, 4 * 3_600, 4 * 3_600 + 600, "DepartureTooSoon(departure = ");
    }

    @Test
    void refusesMoreEnergyThanTheConnectorGives() {
        assertRefused(DRIVER, 0, 900_000, 4 * 3_600, "EnergyBeyondConnector(energyWh = 900000, mostWh = 4");
    }

    @Test
    void refusesAStranger() {
        assertRefused(Keys.fresh(), 0, 1_000, 4 * 3_600, "NotAUser(account = 0x");
    }

    @Test
    void refusesAStrangersPlan() {
        var stranger = Keys.fresh();
        transactions.send(
                stranger,
                "an attestation",
                network.plans().getContractAddress(),
                network.plans().attest(big(1), big(0), new byte[32], new byte[0]));
        assertThatThrownBy(transactions::confirm)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("NotAnOracle(account = " + stranger.getAddress() + ")");
        transactions.forget();
    }

    @Test
    void namesBrokenRowsAndStartsNothing() throws IOException {
        Path file = folder.resolve("broken.csv");
        Files.writeString(file, """
            session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure
            1,A,A-1,u1,2024-05-06T00:10:00,2024-05-06T02:50:00,8.5,,
            2,A,A-1,u1,yesterday,2024-05-06T02:50:00,8.5,,
            3,A,A-1,u1,2024-05-06T05:10:00,2024-05-06T02:50:00,8.5,,
            4,A,A-1,u1,2024-05-06T00:10:00,2024-05-06T02:50:00,-3,,
            5,A,A-1,u1,2024-05-06T00:10:00
            """);
        Path report = folder.resolve("report.json");

        String said = refused("demo", "--sessions", file.toString(), "--report", report.toString());

        assertThat(said)
                .contains("4 broken rows")
                .contains("line 3: plug_in is 'yesterday'; it must be a time such as 2019-05-17T08:30:00")
                .contains("line 4: plug_out 2024-05-06T02:50 is before plug_in 2024-05-06T05:10")
                .contains("line 5: energy_kwh is '-3'; it must be a number of kWh from 0 to 1000")
                .contains("line 6: has 5 fields; it must have 9")
                .contains("nothing was started");
        assertThat(report).doesNotExist();
    }

    @Test
    void namesMissingColumnsAndDays() throws IOException {
        Path file = folder.resolve("columns.csv");
        Files.writeString(file, "session_id,group_id\n1,A\n");
        assertThat(refused("demo", "--sessions", file.toString()))
                .contains("lacks the columns evse_id, user_id, plug_in");
        Files.writeString(file, """
            session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure
            1,A,A-1,u1,2024-05-06T00:10:00,2024-05-06T02:50:00,8.5,,
            """);
        assertThat(refused("demo", "--sessions", file.toString(), "--day", "2020-01-01"))
                .contains("no session of")
                .contains("begins on 2020-01-01")
                .contains("2024-05-06");
        assertThat(refused("demo", "--sessions", folder.resolve("absent.csv").toString()))
                .contains("cannot read");
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThat(refused("demo", "--operators", "40")).contains("--operators is 40; it must be from 1 to 31");
        assertThat(refused("demo", "--byzantine", "5")).contains("--byzantine is 5; it must be from 0 to 4");
        assertThat(refused("demo", "--limit", "0", "--sessions", "x")).contains("--limit is 0");
        assertThat(refused("demo", "--limit", "50")).contains("--limit has an effect only with --sessions FILE");
        assertThat(refused("demo", "--seed", "2", "--sessions", "x"))
                .contains("--seed has an effect only without --sessions");
        assertThat(refused("demo", "--timestep-seconds", "20"))
                .contains("only with --live, --serve, --ledger besu or URL");
        assertThat(refused("demo", "--report", "/no/such/folder/r.json")).contains("cannot be written");
    }

    /** Before ten million of them are made up. */
    @Test
    void refusesMoreThanANetworkTakes() {
        assertThat(refused("demo", "--groups", "10000", "--points", "1000"))
                .contains("--groups is 10000; it must be from 1 to 5000");
        assertThat(refused("demo", "--groups", "5000", "--points", "1000"))
                .contains("--groups 5000 times --points 1000 is 5000000 charge points")
                .contains("at most 20000")
                .contains("Take fewer groups");
        assertThat(refused("demo", "--groups", "10", "--points", "600", "--operators", "1"))
                .contains("10 groups and up to")
                .contains("at most 1000 and 5000")
                .contains("Take more operators");
        assertThat(refused("demo", "--live", "--groups", "5000", "--points", "1000"))
                .contains("5000000 charge points");
    }

    @Test
    void refusesWhatDoesNotGoWithALiveNetwork() {
        assertThat(refused("demo", "--live", "--hours", "2")).contains("--hours has an effect only without --live");
        assertThat(refused("demo", "--serve", "--hours", "2")).contains("--hours has an effect only without --serve");
        assertThat(refused("demo", "--live", "--stay")).contains("--stay has an effect only without --live");
        assertThat(refused("demo", "--rpc-port", "9000")).contains("--rpc-port has an effect only with --live");
        assertThat(refused("demo", "--live", "--rpc-port", "65536")).contains("--rpc-port is 65536; it must be from 0");
        assertThat(refused("demo", "--live", "--http-port", "65535"))
                .contains("--http-port is 65535; it must be from 0 to 65532");
        assertThat(refused("demo", "--live", "--rpc-port", "8092"))
                .contains("--rpc-port is 8092, and the oracles need 8090 to 8093");
    }

    @Test
    void saysWhatIsWrongAndNothingBehindIt() {
        assertThat(refused("demo", "--hours", "two").lines())
                .hasSize(2)
                .last()
                .isEqualTo("See chargeproof demo --help.");
        assertThat(refused("demo", "--lvie"))
                .contains("Unknown option: '--lvie'")
                .doesNotContain("Usage");
    }

    @Test
    void saysWhatIsWrongWithANodeThatIsNone() {
        assertThat(refused("audit", "--rpc", "127.0.0.1:8545", "--contract", network.address()))
                .contains("begins with http:// or https://");
        assertThat(refused("audit", "--rpc", "http://127.0.0.1:9", "--contract", network.address()))
                .contains("did not answer")
                .contains("Maybe the node is not running");
        var vertx = Vertx.vertx();
        try {
            int port = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("<html>Welcome!</html>"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .actualPort();
            assertThat(refused("audit", "--rpc", "http://127.0.0.1:" + port, "--contract", network.address()))
                    .contains("no JSON-RPC");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void saysWhatIsWrongWithAnAddressThatIsNoNetwork() {
        assertThat(refused("audit", "--rpc", ledger.url(), "--contract", "0x12"))
                .contains("is no contract address");
        assertThat(refused("audit", "--rpc", ledger.url(), "--contract", DRIVER.getAddress()))
                .contains("there is no contract at " + DRIVER.getAddress());
        assertThat(refused(
                        "audit",
                        "--rpc",
                        ledger.url(),
                        "--contract",
                        network.plans().getContractAddress()))
                .contains("is no chargeproof Consortium");
    }

    @Test
    void refusesAKeyThatIsNone() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "not a key");
        String data = folder.resolve("data").toString();
        assertThat(refused(
                        "oracle",
                        "--rpc",
                        ledger.url(),
                        "--contract",
                        network.address(),
                        "--key",
                        key.toString(),
                        "--data",
                        data))
                .contains("holds no key");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private static void assertRefused(
            Credentials driver, int chargePoint, int energyWh, long inSeconds, String reason) {
        assertRefused(driver, chargePoint, energyWh, 0, inSeconds, reason);
    }

    /** @param arrivesInSeconds 0 for a car that is there */
    private static void assertRefused(
            Credentials driver, int chargePoint, int energyWh, long arrivesInSeconds, long inSeconds, String reason) {
        var before = client.call(network.charging().sessionCount());
        transactions.send(
                driver,
                "a request",
                network.charging().getContractAddress(),
                network.charging()
                        .request(
                                big(chargePoint),
                                big(energyWh),
                                big(energyWh),
                                arrivesInSeconds == 0 ? BigInteger.ZERO : big(time.now() + arrivesInSeconds),
                                big(time.now() + inSeconds),
                                true));
        assertThatThrownBy(transactions::confirm)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("a request was refused")
                .hasMessageContaining(reason);
        transactions.forget();
        assertThat(client.call(network.charging().sessionCount())).isEqualTo(before);
    }

    /** Runs a command that must refuse its input. @return what it said */
    private static String refused(String... arguments) {
        return Commands.run(2, arguments);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
