package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chargeproof.cli.Main;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.TypedData;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** What an operator writes from day to day, as it does it: by command, from files, on a ledger that makes blocks by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AssetsIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(30, 15, 5, 4, 2, 3);
    private static final Path EXAMPLE = Path.of(
            System.getenv().getOrDefault("CHARGEPROOF_HOME", "."), "docs", "reference", "examples", "assets.csv");
    private static final String HEAD =
            "type,group,capacity_w,limit_w,policy,evse_id,latitude,longitude,rated_power_w,min_power_w,price_per_kwh,vat_percent\n";

    private final List<Keys.Operator> operators = IntStream.rangeClosed(1, 2)
            .mapToObj(i -> Keys.operator("Operator " + i))
            .toList();

    private Path folder = Path.of("");
    private EmbeddedLedger ledger;
    private BrokenNode node;
    private LedgerClient client;
    private Network network;
    private Deployment deployment;

    @BeforeAll
    void startNetwork(@TempDir Path temporary) throws IOException {
        folder = temporary;
        ledger = EmbeddedLedger.startWithBlocksEverySecond();
        node = new BrokenNode(ledger.url());
        client = LedgerClient.connect(ledger.url());
        deployment = new Deployment(client, new Transactions(client, new RealTime(client)), text -> {});
        network = deployment.contracts(PARAMETERS, operators);
        write("owner.key", hex(operators.getFirst().owner()));
        write("meter.key", hex(operators.getFirst().meter()));
        write("other.key", hex(operators.getLast().owner()));
    }

    @AfterAll
    void stopNetwork() {
        client.close();
        node.close();
        ledger.close();
    }

    @Test
    @Order(1)
    void showsWhatItWouldDo() {
        assertThat(Commands.run(0, imports(EXAMPLE, "--dry-run")))
                .contains("create group 'garage': capacity 120000 W, policy peak=200")
                .contains("change group 'garage': limit 110000 W")
                .contains("change group 'roof': PV with an inverter of 20000 W")
                .contains("create charge point DE*ABC*E0030 in group 'roof': 22080 W")
                .contains("create 32, change 2, remove 0, leave 0")
                .contains("nothing was sent");
        assertThat(counts()).containsExactly(0, 0);
        assertThat(Commands.run(2, command("assets", "import", "meter.key", EXAMPLE.toString())))
                .contains("is no member's owner account")
                .contains("Nothing was sent");
    }

    /** The node refuses after some transactions, then loses an answer: both runs end, and nothing is registered twice. */
    @Test
    @Order(2)
    void goesOnAfterInterruptions() {
        node.refuseAfter(5);
        assertThat(Commands.run(2, imports(EXAMPLE, "--batch", "10")))
                .contains("It ended half-way")
                .contains("nothing is sent twice");
        node.loseAnswers();
        assertThat(Commands.run(2, imports(EXAMPLE, "--batch", "10"))).contains("It ended half-way");
        node.repair();
        assertThat(Commands.run(0, imports(EXAMPLE, "--batch", "10")))
                .contains("group 'garage' is group 0 on chain")
                .contains("group 'roof' is group 1 on chain");
        assertThat(counts()).containsExactly(2, 30);
        assertThat(Commands.run(0, imports(EXAMPLE))).contains("leave 32").contains("nothing to do");
        assertThat(counts()).containsExactly(2, 30);
        JsonNode listed = list();
        assertThat(listed.get("groups").get(0).get("limitW").asInt()).isEqualTo(110_000);
        assertThat(listed.get("groups").get(1).get("policy").asText()).isEqualTo("green=50");
        assertThat(listed.get("groups").get(1).get("pvs").asInt()).isEqualTo(1);
        assertThat(listed.get("chargePoints").findValuesAsText("evseId"))
                .hasSize(30)
                .doesNotHaveDuplicates();
    }

    @Test
    @Order(3)
    void changesWhatContractsChangeAndRefusesTheRest() throws IOException {
        String text = Files.readString(EXAMPLE);
        String changed = text.replace("110000,peak=200", "100000,flat")
                .replace(
                        "E0001,52.5163001,13.3777001,IEC_62196_T2,22080,4140,0.39",
                        "E0001,52.5163001,13.3777001,IEC_62196_T2,22080,4140,0.42");
        // as a spreadsheet saves it
        Path file = write("changed.csv", "\ufeff" + changed.replace("\n", "\r\n"));
        assertThat(Commands.run(0, imports(file)))
                .contains("limit 100000 W (until now 110000 W)")
                .contains("policy flat (until now peak=200)")
                .contains("price 0.4200 and 19 % VAT from timestep ")
                .contains(", the first that can be (until now 0.3900 and 19 % VAT)")
                .contains("create 0, change 3, remove 0, leave 30");
        assertThat(Commands.run(
                        2,
                        imports(write(
                                "bad.csv",
                                changed.replace("garage,120000", "garage,130000")
                                        .replace(
                                                "charge_point,garage,,,,,,DE*ABC*E0002",
                                                "charge_point,roof,,,,,,DE*ABC*E0002")))))
                .contains("line 2: capacity_w is 130000, but group 0 on chain has 120000")
                .contains("line 5: group is 'roof', but charge point 1 stands in group 0 on chain")
                .contains("Nothing was sent");
        String without = changed.lines().filter(l -> !l.contains("E0030")).reduce("", (a, b) -> a + b + "\n");
        assertThat(Commands.run(0, imports(write("less.csv", without)))).contains("nothing to do");
        assertThat(Commands.run(0, imports(write("less.csv", without), "--remove-missing")))
                .contains("remove charge point 29 DE*ABC*E0030");
        assertThat(list().get("chargePoints")).hasSize(29);
        assertThat(Commands.run(0, imports(write("all.csv", changed)))).contains("create charge point DE*ABC*E0030");
        assertThat(list().get("chargePoints")).hasSize(30);
    }

    /** Every row stands for a file: a group and one row more, {@code ;} for a comma; and what is said of it. */
    @ParameterizedTest
    @Order(4)
    @CsvSource(
            delimiter = '|',
            value = {
                "cabinet;g|type is 'cabinet'; it must be one of group, charge_point, guest",
                ";g|line 3: lacks type",
                "group;G|lacks capacity_w",
                "group;a;1000|group 'a' is in line 2 already",
                "group;b;0|capacity_w is 0; it must be a whole number of W from 1 to 67108864",
                "group;b;22 kW|capacity_w is '22 kW'; it must be a whole number",
                "group;b;99999999999999999999|capacity_w is '99999999999999999999'; it must be a whole number",
                "group;b;1000;2000|limit_w is 2000; it must be a whole number of W (at most capacity_w) from 0 to 1000",
                "group;b;1000;;peak=99|policy is 'peak=99'; it must be one of flat, peak=100",
                "group;b;1000;;;DE*ABC*E1|evse_id means nothing in a row of type group",
                "group;#3;1000|a name does not begin with #",
                "charge_point;x;;;;DE*ABC*E1;1;1;11000;0;0.1|group is 'x', which no row of type group has",
                "charge_point;a;;;;DE*ABC*1;1;1;11000;0;0.1|an EVSE id (eMI3) is a country of two letters",
                "charge_point;a;;;;de*abc*e1;1;1;11000;0;0.1|write DE*ABC*E1",
                "charge_point;a;;;;DE*ABC*E1;91;1;11000;0;0.1|latitude is 91; it must be a number of degrees from -90 to 90",
                "charge_point;a;;;;DE*ABC*E1;1.12345678;1;11000;0;0.1|with at most 7 decimals",
                "charge_point;a;;;;DE*ABC*E1;1;1;11000;11001;0.1|min_power_w is 11001",
                "charge_point;a;;;;DE*ABC*E1;1;1;11000;0;1e1|price_per_kwh is '1e1'",
                "charge_point;a;;;;DE*ABC*E1;1;1;11000;0;101|price_per_kwh is 101",
                "charge_point;a;;;;DE*ABC*E1;1;1;11000;0;0.1|lacks vat_percent",
                "charge_point;a;;;;DE*ABC*E1;1;1;11000;0;0.1;50.01|vat_percent is 50.01; it must be a number of percent from 0 to 50",
                "charge_point;a;;;;DE*ABC*E1;1;1;1;0;0.1;19|rated_power_w is 1; on this network it must be from 4 to 262136",
                "charge_point;#77;;;;DE*ABC*E1;1;1;11000;0;0.1;0|group 77 is not on chain",
                "group;b;1;;;;;;;;;;;;;|has 16 cells, the first line 12"
            })
    void refusesBadRows(String row, String said) throws IOException {
        Path file = write("hostile.csv", HEAD + "group,a,1000\n" + row.replace(';', ',') + "\n");
        assertThat(Commands.run(2, imports(file))).contains(said.strip()).contains("Nothing was sent");
    }

    @Test
    @Order(5)
    void refusesBadFiles() throws IOException {
        var before = counts();
        assertThat(Commands.run(2, imports(folder.resolve("absent.csv")))).contains("cannot read");
        assertThat(Commands.run(2, imports(write("empty.csv", "")))).contains("Nothing was sent");
        assertThat(Commands.run(2, imports(write("head.csv", HEAD)))).contains("holds no rows");
        assertThat(Commands.run(2, imports(write("typo.csv", "type,group,capacity_w,limt_w\ngroup,a,1,1\n"))))
                .contains("has the column 'limt_w', which means nothing here");
        assertThat(Commands.run(2, imports(write("twice.csv", "type,group,group\ngroup,a,1\n"))))
                .contains("is no CSV");
        assertThat(Commands.run(2, imports(write("quote.csv", HEAD + "group,\"a,1000\n"))))
                .contains("is no CSV");
        assertThat(Commands.run(2, imports(write("object.json", "{\"groups\": []}"))))
                .contains("is no list of rows");
        assertThat(Commands.run(2, imports(write("bad.json", "[{\"type\": \"group\", \"group\": [1]}]"))))
                .contains("has a list or an object as 'group' in line 1");
        assertThat(Commands.run(2, imports(write("bad.json", "[{\"type\": \"group\", \"type\": \"group\"}]"))))
                .contains("is no JSON");
        Files.write(folder.resolve("latin.csv"), new byte[] {(byte) 0xe4, (byte) 0xff});
        assertThat(Commands.run(2, imports(folder.resolve("latin.csv")))).contains("is no text in UTF-8");
        assertThat(Commands.run(2, imports(write("large.csv", "x".repeat(17 << 20)))))
                .contains("has more than 16777216 bytes");
        assertThat(Commands.run(2, imports(write("many.csv", HEAD + "group,,\n".repeat(30)))))
                .contains("has 60 problems")
                .contains("and 40 more");
        assertThat(counts()).isEqualTo(before);
    }

    @Test
    @Order(6)
    void addsUsersOnce() throws IOException {
        Path out = folder.resolve("users.json");
        String[] add = {"--count", "3", "--out", out.toString()};
        assertThat(Commands.run(0, command("users", "add", "owner.key", add))).contains("3 registered now, 0 before");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(Commands.run(0, command("users", "add", "meter.key", add)))
                .contains("going on with its 3 keys")
                .contains("0 registered now, 3 before");
        assertThat(Commands.run(2, command("users", "add", "owner.key", "--count", "4", "--out", out.toString())))
                .contains("holds 3 pseudonyms, not 4");
        assertThat(Commands.run(2, command("users", "add", "owner.key"))).contains("which users?");

        var driver = Keys.fresh();
        var signed =
                TypedData.pseudonym(client.chainId(), network.assets().getContractAddress(), 1, driver.getAddress());
        String proofs = "[{\"account\": \"%s\", \"proof\": \"%s\"}]"
                .formatted(driver.getAddress(), signed.sign(driver).toHexString());
        Path file = write("proofs.json", proofs);
        assertThat(Commands.run(2, command("users", "add", "other.key", "--proofs", file.toString())))
                .contains("entry 1: " + driver.getAddress() + " has not signed to be a pseudonym of operator 2");
        assertThat(Commands.run(0, command("users", "add", "owner.key", "--proofs", file.toString())))
                .contains("1 registered now");
        assertThat(Commands.run(0, command("users", "add", "owner.key", "--proofs", file.toString())))
                .contains("0 registered now, 1 before");
    }

    @Test
    @Order(7)
    void reportsAndForecastsOnce() throws IOException {
        Path meters = write("meters.csv", """
                type,evse_id,register_wh,power_w,status,group_id,load_wh,pv_wh,firm_pv_wh
                charge_point,DE*ABC*E0002,123456,0,AVAILABLE,,,,
                charge_point,DE*ABC*E0001,5000,0,AVAILABLE,,,,
                group,,,,,1,100,2000,1000
                """);
        String timestep = String.valueOf(now() - 1);
        assertThat(Commands.run(0, command("meters", "report", "meter.key", meters.toString(), "--timestep", timestep)))
                .contains("reported 2 charge points and 1 groups; left 0");
        assertThat(Commands.run(0, command("meters", "report", "meter.key", meters.toString(), "--timestep", timestep)))
                .contains("reported 0 charge points and 0 groups; left 3");
        assertThat(Commands.run(2, command("meters", "report", "owner.key", meters.toString())))
                .contains("is no member's meter account");
        Path back = write(
                "back.csv",
                Files.readString(meters)
                        .replace(",5000,", ",4999,")
                        .replace(",1000\n", ",9999\n")
                        .replace("E0002", "E0099"));
        while (now() == Integer.parseInt(timestep) + 1) {
            Pause.millis(200);
        }
        assertThat(Commands.run(2, command("meters", "report", "meter.key", back.toString())))
                .contains("line 2: evse_id is DE*ABC*E0099, which is no charge point of yours")
                .contains("line 3: register_wh is 4999, but 5000 was reported")
                .contains("line 4: firm_pv_wh is 9999; the inverters of group 1 give at most 5000");

        int next = now() + 3;
        Path forecast = write("forecast.csv", """
                group_id,timestep,expected_load_wh,reserved_load_wh,expected_pv_wh,green_class
                0,%d,1000,1500,0,2
                0,%d,1000,1500,0,2
                1,%d,0,0,3000,1
                """.formatted(next, next + 1, next));
        assertThat(Commands.run(0, command("forecast", "publish", "meter.key", forecast.toString())))
                .contains("published 3 timesteps of 2 groups; left 0");
        assertThat(Commands.run(0, command("forecast", "publish", "meter.key", forecast.toString())))
                .contains("published 0 timesteps of 0 groups; left 3");
        assertThat(Commands.run(
                        2,
                        command(
                                "forecast",
                                "publish",
                                "meter.key",
                                write("f.csv", """
                                group_id,start,expected_load_wh,reserved_load_wh
                                0,2026-01-01T00:00:07Z,1,1
                                9,2026-01-01T00:00:00Z,1,1
                                0,tomorrow,2,1
                                """).toString())))
                .contains("line 2: start is 2026-01-01T00:00:07Z, which is no start of a timestep")
                .contains("line 3: group_id is 9, which is no group of yours")
                .contains("line 4: start is 'tomorrow'; it must be a time with its zone");
    }

    /** Up to a charge point that may draw what a plan gives it. */
    @Test
    @Order(8)
    void endsWithAChargePointThatCharges() throws IOException {
        var algorithm = deployment.algorithm(network, operators);
        deployment.approve(network, operators, algorithm, now() + 2);
        var vertx = Vertx.vertx();
        try (var backends = new CpoBackends(vertx, () -> client.head().timestampSeconds());
                var fleet = new OracleFleet(folder.resolve("oracles"), network.address(), 200, f -> {})) {
            for (int i = 0; i < operators.size(); i++) {
                fleet.start(
                        i,
                        ledger.url(),
                        operators.get(i).oracle(),
                        backends.oracleOptions(i + 1),
                        List.of(Main.class.getName(), "oracle"));
            }
            fleet.awaitStarted();
            var request =
                    new ArrayList<>(List.of("users", "request", "--rpc", node.url(), "--contract", network.address()));
            request.addAll(List.of("--users", folder.resolve("users.json").toString(), "--charge-point", "0"));
            request.addAll(List.of("--energy-wh", "9000", "--hours", "2"));
            assertThat(Commands.run(0, request)).contains("asks for 9000 Wh at charge point 0; the plan of timestep ");
            assertThat(Commands.run(2, request)).contains("ChargePointOccupied(chargePoint = 0");

            int until = now() + 10;
            var point = list().get("chargePoints").get(0);
            while (!(point.get("source").asText().equals("PLAN")
                    && point.get("setpointW").asInt() > 0)) {
                assertThat(now()).as("%s", point).isLessThan(until);
                Pause.millis(1_000);
                point = list().get("chargePoints").get(0);
            }
            assertThat(point.get("session").asInt()).isEqualTo(1);
            assertThat(Commands.run(0, command("assets", "list", "owner.key")))
                    .containsPattern("DE\\*ABC\\*E0001 .* PLAN");
        } finally {
            vertx.close();
        }
    }

    @Test
    @Order(9)
    void announcesPricesAndMargins() throws IOException {
        String[] set = {"--evse", "de*abc*e0003", "--price", "0.51", "--vat", "7.5"};
        assertThat(Commands.run(0, command("prices", "set", "owner.key", set)))
                .contains("charge point 2 DE*ABC*E0003: 0.5100 and 7.5 % VAT from timestep ")
                .contains("(until now 0.3900 and 19 % VAT)")
                .contains("announced 1 prices; left 0");
        assertThat(Commands.run(0, command("prices", "set", "owner.key", set))).contains("announced 0 prices; left 1");
        JsonNode point = list().get("chargePoints").get(2);
        assertThat(point.get("pricePerKwh").asDouble()).isEqualTo(0.39);
        assertThat(point.at("/nextPrice/vatPercent").asDouble()).isEqualTo(7.5);
        int from = point.at("/nextPrice/fromTimestep").asInt();
        assertThat(Commands.run(0, command("assets", "list", "owner.key")))
                .contains("0.5100 and 7.5 % VAT from timestep " + from + " on (");
        // the file says what it said before: what was announced is taken back
        Path file = write("priced.csv", Files.readString(EXAMPLE));
        assertThat(Commands.run(0, imports(file, "--dry-run")))
                .contains("change charge point 2 DE*ABC*E0003: price 0.3900 and 19 % VAT from timestep ")
                .contains("announced was 0.5100 and 7.5 % VAT from timestep " + from);
        String late = Files.readString(EXAMPLE)
                .replace(
                        "E0004,52.5163004,13.3777004,IEC_62196_T2,22080,4140,0.39,19,",
                        "E0004,52.5163004,13.3777004,IEC_62196_T2,22080,4140,0.40,19,999999999");
        assertThat(Commands.run(2, imports(write("late.csv", late))))
                .contains("line 7: price_from is 999999999, timestep 999999999; a price counts from ")
                .contains("Nothing was sent");

        assertThat(Commands.run(2, imports(write("late.csv", late.replace("999999999", "soon")))))
                .contains("line 7: price_from is 'soon'; it must be a time with its zone");
        assertThat(Commands.run(2, imports(write("late.csv", Files.readString(EXAMPLE) + """
                charge_point,garage,,,,,,DE*ABC*E0099,52.5,13.3,IEC_62196_T2,22080,4140,0.39,19,2026-07-01T06:15:07Z
                """))))
                .contains("price_from is 2026-07-01T06:15:07Z, which is no start of a timestep");

        assertThat(Commands.run(2, command("prices", "set", "owner.key", "--price", "1", "--vat", "19")))
                .contains("which charge points?");
        assertThat(Commands.run(2, command("prices", "set", "owner.key", "--all", "--price", "101", "--vat", "19")))
                .contains("--price is 101; it must be from 0 to 100 with at most 4 decimals");
        assertThat(Commands.run(
                        2, command("prices", "set", "owner.key", "--all", "--price", "1", "--vat", "1", "--from", "7")))
                .contains("--from is 7, timestep 7; a price counts from ");
        assertThat(Commands.run(
                        2,
                        command("prices", "set", "owner.key", "--all", "--price", "1", "--vat", "1", "--from", "soon")))
                .contains("--from is 'soon'; it must be a time with its zone");
        assertThat(Commands.run(2, command("prices", "set", "other.key", set)))
                .contains("which is no charge point of yours");
        assertThat(Commands.run(2, command("prices", "margin", "meter.key", "--per-kwh", "0.05")))
                .contains("is no member's owner or provider account");
        assertThat(Commands.run(0, command("prices", "margin", "other.key", "--per-kwh", "0.05")))
                .contains("provider 2 adds 0.05 to each kWh from timestep ");

        while (now() < from) {
            Pause.millis(200);
        }
        JsonNode prices = new ObjectMapper()
                .readTree(Commands.run(
                        0,
                        List.of(
                                "prices",
                                "list",
                                "--rpc",
                                node.url(),
                                "--contract",
                                network.address(),
                                "--operator",
                                "1",
                                "--json")));
        assertThat(prices.get("chargePoints")).hasSize(30);
        assertThat(prices.at("/chargePoints/2/pricePerKwh").asDouble()).isEqualTo(0.51);
        assertThat(prices.at("/chargePoints/2/nextPrice").isNull()).isTrue();
        assertThat(prices.at("/margins/1/provider").asInt()).isEqualTo(2);
        assertThat(Commands.run(0, List.of("prices", "list", "--rpc", node.url(), "--contract", network.address())))
                .contains("DE*ABC*E0003")
                .contains("7.5");
    }

    private int now() {
        return PARAMETERS.timestepAt(client.head().timestampSeconds());
    }

    private List<Integer> counts() {
        return List.of(
                client.call(network.assets().groupCount()).intValueExact(),
                client.call(network.assets().chargePointCount()).intValueExact());
    }

    private JsonNode list() {
        try {
            return new ObjectMapper().readTree(Commands.run(0, command("assets", "list", "owner.key", "--json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> imports(Path file, String... more) {
        return command(
                "assets",
                "import",
                "owner.key",
                Stream.concat(Stream.of(file.toString()), Stream.of(more)).toArray(String[]::new));
    }

    private List<String> command(String command, String subcommand, String key, String... more) {
        var arguments =
                new ArrayList<>(List.of(command, subcommand, "--rpc", node.url(), "--contract", network.address()));
        arguments.addAll(List.of("--key", folder.resolve(key).toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        return name.endsWith(".key") ? PrivateFiles.write(file, text) : Files.writeString(file, text);
    }

    private static String hex(Credentials key) {
        return Numeric.toHexStringNoPrefixZeroPadded(key.getEcKeyPair().getPrivateKey(), 64);
    }
}
