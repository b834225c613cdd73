package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.ledger.ContractAbis;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.consortium.algorithm.Algorithms;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Transactions;
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

/** What owners do, from a ledger without contracts on, as they do it: by command, one after the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsortiumIT {
    private static final int FOUNDERS = 3;

    private final List<Keys.Operator> operators = IntStream.range(0, FOUNDERS + 1)
            .mapToObj(i -> Keys.operator("Operator " + (i + 1)))
            .toList();

    private Path folder = Path.of("");
    private EmbeddedLedger ledger;
    private String contract = "";
    private String algorithm = "";

    @BeforeAll
    void startLedger(@TempDir Path temporary) throws IOException {
        folder = temporary;
        ledger = EmbeddedLedger.startWithBlocksEverySecond();
        for (int i = 0; i < operators.size(); i++) {
            Files.writeString(
                    key(i),
                    Numeric.toHexStringNoPrefixZeroPadded(
                            operators.get(i).owner().getEcKeyPair().getPrivateKey(), 64));
        }
        Files.writeString(folder.resolve("founders.json"), founders(operators.subList(0, FOUNDERS)));
    }

    @AfterAll
    void stopLedger() {
        ledger.close();
    }

    @Test
    @Order(1)
    void deploysTheContracts() {
        String said = Commands.run(0, deploy("founders.json"));

        var address = Pattern.compile("(?m)^Consortium (0x[0-9a-fA-F]{40})$").matcher(said);
        assertThat(address.find()).isTrue();
        contract = address.group(1);
        assertThat(said)
                .contains("deploying 11 contracts for 3 founders")
                .contains("plugin-charge-contract=\"" + contract + "\"")
                .contains("store-planner --rpc URL --contract " + contract)
                .contains("3 of 3 owners approve it");
        JsonNode members = members();
        assertThat(members.get("members").findValuesAsText("name"))
                .containsExactly("Operator 1", "Operator 2", "Operator 3");
        assertThat(members.at("/parameters/timestepSeconds").asInt()).isEqualTo(900);
        assertThat(members.get("planner").isNull()).isTrue();
        assertThat(members.get("contracts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(besideTheConsortium());
        assertThat(members.get("providers")).isEmpty();
        assertThat(Commands.run(0, onNetwork("members")))
                .contains("needed of 3 members: 3 for a plan or a planner (more than 2/3), 2 for a proposal")
                .contains("no open proposals")
                .contains("no planner counts yet");
    }

    @Test
    @Order(2)
    void admitsByVote() throws IOException {
        var candidate = operators.get(FOUNDERS);
        assertThat(Commands.run(0, candidate(candidate, "fourth.json")))
                .contains("signed by owner " + candidate.owner().getAddress())
                .contains("propose-admission --candidate");
        assertThat(Commands.run(0, proposeAdmission(0, "fourth.json")))
                .contains("sent: the proposal to admit 'Operator 4' (transaction 0x")
                .contains("proposal 0: votes 1 of 2 needed (operator 1 'Operator 1' (owner 0x")
                .contains("; expires at 20")
                .contains("consortium vote 0 --rpc URL --contract " + contract);
        JsonNode proposal = members().get("proposals").get(0);
        assertThat(proposal.get("oracle").asText())
                .isEqualToIgnoringCase(candidate.oracle().getAddress());
        assertThat(proposal.get("voters").get(0).asInt()).isEqualTo(1);
        assertThat(Commands.run(0, onNetwork("members")))
                .contains("proposal 0: admit 'Operator 4' (owner 0x")
                .contains("votes 1 of 2 needed (operator 1 'Operator 1' (owner 0x")
                .contains("; expires at 20");

        assertThat(Commands.run(2, owner(0, "vote", "0")))
                .contains("AlreadyVoted(proposal = 0, operator = 1)")
                .contains("Your vote counts already")
                .contains("Nothing was sent");
        assertThat(Commands.run(0, owner(1, "vote", "0")))
                .contains("proposal 0: admit 'Operator 4' (owner")
                .contains("carried: 'Operator 4' is admitted as operator 4");

        JsonNode fourth = members().get("members").get(3);
        assertThat(fourth.get("id").asInt()).isEqualTo(4);
        assertThat(fourth.get("meter").asText())
                .isEqualToIgnoringCase(candidate.meter().getAddress());
        assertThat(members().get("proposals")).isEmpty();
        assertThat(Commands.run(2, owner(2, "vote", "0"))).contains("ProposalDone(proposal = 0)");
    }

    @Test
    @Order(3)
    void goesOnWithAnUploadAndStoresOnce() {
        var jar = Program.PLANNER.jar();
        algorithm = jar.id().toUnprefixedHexString();
        try (var client = LedgerClient.connect(ledger.url())) {
            // an upload that ends after its announcement and its first part
            var network = Network.discover(client, contract);
            var transactions = new Transactions(client, new RealTime(client));
            var uploader = TransactionSigner.of(operators.get(1).owner());
            new Algorithms(network, Program.PLANNER, transactions).announce(uploader, jar);
            byte[] part = Arrays.copyOf(
                    jar.bytes(), client.call(network.algorithms().chunkBytes()).intValueExact());
            transactions.send(
                    uploader,
                    "a part",
                    network.algorithms().getContractAddress(),
                    network.algorithms().store(jar.id().toArray(), BigInteger.ZERO, part));
            transactions.confirm();
        }
        assertThat(Commands.run(2, owner(1, "approve-planner", algorithm)))
                .contains("is not stored on chain")
                .contains("store and seal");
        assertThat(Commands.run(0, owner(1, "store-planner")))
                .contains("the others are there from an earlier upload")
                .contains("stored and sealed")
                .contains("algorithm " + algorithm);
        assertThat(Commands.run(0, owner(0, "store-planner")))
                .contains("it is stored already")
                .contains("algorithm " + algorithm)
                .doesNotContain("sent:");
    }

    @Test
    @Order(4)
    void approvesByQuorum() {
        assertThat(Commands.run(0, owner(0, "approve-planner", algorithm)))
                .contains("approvals 1 of 3 needed (operator 1 'Operator 1' (owner 0x");
        JsonNode approval = members().get("approvals").get(0);
        int timestep = approval.get("fromTimestep").asInt();
        assertThat(approval.get("algorithm").asText()).isEqualTo(algorithm);
        assertThat(Commands.run(2, owner(0, "approve-planner", algorithm))).contains("AlreadyApproved");
        assertThat(Commands.run(0, owner(1, "approve-planner", algorithm, "--from-timestep", String.valueOf(timestep))))
                .containsPattern(
                        "approvals 2 of 3 needed \\(operator 1 'Operator 1' \\(owner 0x[0-9a-fA-F]{40}\\), operator 2 'Operator 2' ");
        assertThat(Commands.run(0, onNetwork("members")))
                .contains("is approved from timestep " + timestep + " on (")
                .containsPattern(
                        "approvals 2 of 3 needed \\(operator 1 'Operator 1' \\(owner 0x[0-9a-fA-F]{40}\\), operator 2 'Operator 2' ");
        assertThat(Commands.run(0, owner(3, "approve-planner", "0x" + algorithm)))
                .contains("approved by a quorum: it counts from timestep " + timestep + " on");
        JsonNode after = members();
        assertThat(after.at("/comingPlanners/0/fromTimestep").asInt()).isEqualTo(timestep);
        assertThat(after.get("approvals")).isEmpty();
        assertThat(Commands.run(0, owner(2, "approve-planner", algorithm))).contains("nothing to do");
        assertThat(Commands.run(2, owner(2, "approve-planner", algorithm, "--from-timestep", "1")))
                .contains("TooEarly");
    }

    @Test
    @Order(5)
    void changesHotAccounts() throws IOException {
        var fresh = Keys.fresh();
        String oracle = fresh.getAddress();
        Path key = Files.writeString(folder.resolve("oracle-3.key"), hex(fresh));
        assertThat(Commands.run(2, owner(2, "change-accounts", "--oracle", oracle)))
                .contains("who signs with --oracle " + oracle)
                .contains("name the other account's key file too");
        assertThat(Commands.run(
                        2, owner(2, "change-accounts", "--oracle", oracle, "--oracle-proof", "0x" + "11".repeat(65))))
                .contains("--oracle-proof is no signature of " + oracle)
                .contains("HotAccounts");
        assertThat(Commands.run(0, owner(2, "change-accounts", "--oracle-key", key.toString())))
                .contains("operator 3 has oracle 0x");
        JsonNode third = members().get("members").get(2);
        assertThat(third.get("oracle").asText()).isEqualToIgnoringCase(oracle);
        assertThat(third.get("meter").asText())
                .isEqualToIgnoringCase(operators.get(2).meter().getAddress());
        assertThat(Commands.run(
                        2,
                        owner(
                                2,
                                "change-accounts",
                                "--meter-key",
                                Files.writeString(
                                                folder.resolve("meter-1.key"),
                                                hex(operators.get(0).meter()))
                                        .toString())))
                .contains("AccountInUse")
                .contains("Take another one");
    }

    @Test
    @Order(6)
    void excludesByVote() {
        assertThat(Commands.run(0, owner(0, "propose-exclusion", "--operator", "4")))
                .contains("proposal 1: votes 1 of 3 needed");
        assertThat(Commands.run(0, owner(1, "vote", "1")))
                .contains("exclude operator 4 'Operator 4'")
                .containsPattern(
                        "votes 2 of 3 needed \\(operator 1 'Operator 1' \\(owner 0x[0-9a-fA-F]{40}\\), operator 2 'Operator 2' ");
        assertThat(Commands.run(0, owner(2, "vote", "1"))).contains("carried: operator 4 is excluded");
        assertThat(members().get("members")).hasSize(FOUNDERS);
        assertThat(Commands.run(2, owner(3, "vote", "1")))
                .contains("the contract refuses it: NotAnOwner(account = 0x")
                .contains("Only a member's owner account may do this");
        assertThat(Commands.run(2, owner(3, "store-planner"))).contains("is no member's owner account");
        assertThat(Commands.run(2, owner(0, "propose-exclusion", "--operator", "4")))
                .contains("UnknownOperator(operator = 4)");
        assertThat(Commands.run(2, owner(0, "vote", "9"))).contains("UnknownProposal(proposal = 9)");
    }

    @Test
    @Order(7)
    void refusesFoundersThatTheContractWouldRefuse() throws IOException {
        assertThat(deployOf("{}")).contains("holds no founders");
        assertThat(deployOf("[{]")).contains("is no JSON");
        assertThat(deployOf("[{\"name\": \"A\"}]")).contains("founder 1 (A) lacks 'owner'");
        assertThat(deployOf("[{\"name\": \"A\", \"mater\": 1}]")).contains("has 'mater', which means nothing here");
        var one = operators.getFirst();
        assertThat(deployOf(founders(List.of(one, one))))
                .contains("founder 2 (Operator 1): owner and ")
                .contains("founder 1 (Operator 1): owner are both 0x");
        assertThat(deployOf(founders(
                        IntStream.range(0, 32).mapToObj(i -> Keys.operator("X")).toList())))
                .contains("has 32 founders; a network has at most 31 members");
        assertThat(deployOf(founders(List.of(Keys.operator("ü".repeat(33))))))
                .contains("66 bytes; a name has from 1 to 64");
        assertThat(deployOf(founders(List.of(one)).replace(one.meter().getAddress(), "0x12")))
                .contains("founder 1 (Operator 1): meter is '0x12'; an address is 0x and 40 hex digits");
        assertThat(deployOf(founders(List.of(one)).replace(one.meter().getAddress(), "0x" + "0".repeat(40))))
                .contains("is the zero address");
        assertThat(deployOf(founders(List.of(one))
                        .replace(one.meter().getAddress(), "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266")))
                .contains("a digit is wrong");
        assertThat(Commands.run(2, deploy("absent.json"))).contains("cannot read the founders");
    }

    @Test
    @Order(8)
    void refusesParametersThatTheContractWouldRefuse() {
        assertThat(Commands.run(2, deploy("founders.json", "--timestep-seconds", "9")))
                .contains("--timestep-seconds is 9; it must be from 10 to 86400");
        assertThat(Commands.run(2, deploy("founders.json", "--gate-seconds", "900")))
                .contains("--gate-seconds is 900; it must be from 2 to 899, below --timestep-seconds");
        assertThat(Commands.run(2, deploy("founders.json", "--takeover-seconds", "60")))
                .contains("--takeover-seconds is 60; it must be from 1 to 59, below --gate-seconds");
        assertThat(Commands.run(2, deploy("founders.json", "--steps-per-hour", "61")))
                .contains("--steps-per-hour is 61");
        assertThat(Commands.run(2, deploy("founders.json", "--quorum", "1/3")))
                .contains("--quorum is 1/3; it must be from one half up to, but not including, the whole");
        assertThat(Commands.run(2, deploy("founders.json", "--quorum", "3/3"))).contains("--quorum is 3/3");
        assertThat(Commands.run(2, deploy("founders.json", "--quorum", "most"))).contains("a fraction such as 2/3");
        assertThat(Commands.run(2, deploy("founders.json", "--settlement-timesteps", "97")))
                .contains("--settlement-timesteps is 97; it must be from 1 to 96");
        assertThat(Commands.run(2, deploy("founders.json", "--grace-timesteps", "0")))
                .contains("--grace-timesteps is 0");
        assertThat(Commands.run(2, deploy("founders.json", "--compensation-e4", "100001")))
                .contains("--compensation-e4 is 100001; it must be from 0 to 100000");
        assertThat(Commands.run(2, deploy("founders.json", "--kappa-e6", "4294967296")))
                .contains("--kappa-e6 is 4294967296");
    }

    @Test
    @Order(9)
    void refusesWhatNobodyNeedsToBeAskedFor() throws IOException {
        assertThat(Commands.run(2, onNetwork("vote", "0"))).contains("whose transactions?");
        assertThat(Commands.run(2, owner(0, "vote", "--", "-1")))
                .contains("PROPOSAL is -1; proposals are numbered from 0 up");
        assertThat(Commands.run(2, owner(0, "propose-exclusion", "--operator", "256")))
                .contains("--operator is 256; operators and providers have ids from 1 to 255");
        assertThat(Commands.run(2, owner(0, "change-accounts"))).contains("which accounts?");
        assertThat(Commands.run(2, owner(0, "approve-planner", "0x12")))
                .contains("ALGORITHM is '0x12'; it is 64 hex digits");
        assertThat(Commands.run(2, owner(0, "approve-planner", algorithm, "--from-timestep", "soon")))
                .contains("--from-timestep is 'soon'; it is a timestep's number, or 'next'");
        assertThat(Commands.run(2, owner(0, "store-planner", "--jar", folder.toString())))
                .contains("is a folder");
        Path noJar = Files.writeString(folder.resolve("no.jar"), "no jar");
        assertThat(Commands.run(2, owner(0, "store-planner", "--jar", noJar.toString())))
                .contains("it is no zip file");
        var accounts = Keys.operator("A");
        var twice = new Keys.Operator("A", accounts.owner(), accounts.oracle(), accounts.oracle());
        assertThat(Commands.run(2, candidate(twice, "twice.json")))
                .contains("the meter account and the oracle account are both 0x");
        var again = new Keys.Operator("Another name", one().owner(), one().oracle(), one().meter());
        Commands.run(0, candidate(again, "again.json"));
        assertThat(Commands.run(2, candidate(again, "again.json"))).contains("again.json exists");
        assertThat(Commands.run(2, proposeAdmission(0, "again.json"))).contains("AccountInUse(account = 0x");
        assertThat(Commands.run(2, candidate(Keys.operator("A\u202eB"), "turned.json")))
                .contains("--name has the character U+202E");

        // what the candidate signed is what is proposed
        Commands.run(0, candidate(Keys.operator("Fifth"), "fifth.json"));
        String fifth = Files.readString(folder.resolve("fifth.json"));
        Files.writeString(folder.resolve("forged.json"), fifth.replace("Fifth", "Sixth"));
        assertThat(Commands.run(2, proposeAdmission(0, "forged.json")))
                .contains("has not signed this name with these accounts")
                .doesNotContain("sent:");
        Files.writeString(folder.resolve("forged.json"), fifth.replaceAll("\"contract\".*", "\"contract\": \"0x12\","));
        assertThat(Commands.run(2, proposeAdmission(0, "forged.json"))).contains("is for the network at 0x12");
        Files.writeString(folder.resolve("forged.json"), "x".repeat(20_000));
        assertThat(Commands.run(2, proposeAdmission(0, "forged.json")))
                .contains("20000 bytes; a candidate's file has at most");
        assertThat(Commands.run(2, proposeAdmission(0, "absent.json"))).contains("cannot read the candidate");
    }

    @Test
    @Order(10)
    void admitsAProviderByVoteAndExcludesIt() throws IOException {
        var account = Keys.fresh();
        var desk = Keys.fresh();
        Path ownerKey = Files.writeString(folder.resolve("provider.key"), hex(account));
        Path deskKey = Files.writeString(folder.resolve("desk.key"), hex(desk));
        Path file = folder.resolve("provider.json");
        String[] sign = {
            "--name", "Fahrstrom", "--owner-key", ownerKey.toString(), "--desk-key", deskKey.toString(), "--out",
        };
        assertThat(Commands.run(0, onNetwork("provider-candidate", with(sign, file.toString()))))
                .contains("signed by owner " + account.getAddress())
                .contains("propose-provider --candidate");
        assertThat(Commands.run(2, onNetwork("provider-candidate", with(sign, file.toString()))))
                .contains("provider.json exists");
        Path forged = Files.writeString(
                folder.resolve("forged.json"), Files.readString(file).replace("Fahrstrom", "Fahrstrem"));
        assertThat(Commands.run(2, owner(0, "propose-provider", "--candidate", forged.toString())))
                .contains("has not signed this name with these accounts")
                .contains("consortium provider-candidate")
                .doesNotContain("sent:");

        assertThat(Commands.run(0, owner(0, "propose-provider", "--candidate", file.toString())))
                .contains("proposal 2: votes 1 of 2 needed");
        JsonNode proposal = members().get("proposals").get(0);
        assertThat(proposal.get("kind").asText()).isEqualTo("PROVIDER_ADMISSION");
        assertThat(proposal.get("desk").asText()).isEqualToIgnoringCase(desk.getAddress());
        assertThat(Commands.run(0, owner(1, "vote", "2")))
                .contains("proposal 2: admit the provider 'Fahrstrom' (owner 0x")
                .contains("carried: 'Fahrstrom' is admitted as provider 61");
        JsonNode provider = members().get("providers").get(0);
        assertThat(provider.get("id").asInt()).isEqualTo(61);
        assertThat(provider.get("owner").asText()).isEqualToIgnoringCase(account.getAddress());
        assertThat(Commands.run(0, onNetwork("members"))).contains("Fahrstrom");
        assertThat(members().get("members")).hasSize(FOUNDERS);

        assertThat(Commands.run(0, account(deskKey, "users", "add", "--count", "2", "--out", folder + "/users.json")))
                .contains("2 registered now");
        assertThat(Commands.run(2, account(deskKey, "prices", "margin", "--per-kwh", "0.05")))
                .contains("is no member's owner or provider account");
        assertThat(Commands.run(0, account(ownerKey, "prices", "margin", "--per-kwh", "0.05")))
                .contains("provider 61 adds 0.05 to each kWh from timestep ");

        assertThat(Commands.run(0, owner(0, "propose-exclusion", "--provider", "61")))
                .contains("sent: the proposal to exclude provider 61")
                .contains("proposal 3: votes 1 of 2 needed");
        assertThat(Commands.run(0, owner(1, "vote", "3")))
                .contains("exclude provider 61 'Fahrstrom'")
                .contains("carried: provider 61 is excluded");
        assertThat(members().get("providers")).isEmpty();
    }

    @Test
    @Order(11)
    void capsAnIssuerByVote() {
        String issuer = Keys.fresh().getAddress();
        assertThat(Commands.run(
                        2, owner(0, "propose-issuer-cap", "--issuer", issuer, "--cap-euro", "1000000000000.000001")))
                .contains("--cap-euro is 1000000000000.000001; it must be from 0 to 1000000000000");
        assertThat(Commands.run(2, owner(0, "propose-issuer-cap", "--issuer", "0x12", "--cap-euro", "1")))
                .contains("--issuer is '0x12'");
        assertThat(Commands.run(0, owner(0, "propose-issuer-cap", "--issuer", issuer, "--cap-euro", "250000.5")))
                .contains("proposal 4: votes 1 of 2 needed");
        assertThat(Commands.run(0, onNetwork("members"))).contains("have 250000.5 euros in circulation; votes 1 of 2");
        assertThat(members().at("/proposals/0/capMicroEuro").asLong()).isEqualTo(250_000_500_000L);
        assertThat(Commands.run(0, owner(1, "vote", "4")))
                .contains("carried: 0x")
                .contains("may have 250000.5 euros in circulation");
        assertThat(members().at("/issuers/0/issuer").asText()).isEqualToIgnoringCase(issuer);
        assertThat(members().at("/issuers/0/capMicroEuro").asLong()).isEqualTo(250_000_500_000L);
    }

    private List<String> account(Path key, String command, String subcommand, String... more) {
        var arguments = new ArrayList<>(List.of(command, subcommand, "--rpc", ledger.url(), "--contract", contract));
        arguments.addAll(List.of("--key", key.toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static String[] with(String[] arguments, String last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
    }

    /** All contracts that it leads to; the second AlgorithmRegistry by another name. */
    private static List<String> besideTheConsortium() {
        var names = new ArrayList<>(ContractAbis.names());
        names.remove("Consortium");
        names.add("Valuations");
        return names;
    }

    private JsonNode members() {
        try {
            return new ObjectMapper().readTree(Commands.run(0, onNetwork("members", "--json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String deployOf(String founders) throws IOException {
        Files.writeString(folder.resolve("bad.json"), founders);
        return Commands.run(2, deploy("bad.json"));
    }

    private List<String> deploy(String founders, String... more) {
        return Stream.concat(
                        Stream.of(
                                "consortium",
                                "deploy",
                                "--rpc",
                                ledger.url(),
                                "--founders",
                                folder.resolve(founders).toString(),
                                "--key",
                                key(0).toString()),
                        Stream.of(more))
                .toList();
    }

    private Keys.Operator one() {
        return operators.getFirst();
    }

    /** The candidate signs with its three keys. */
    private List<String> candidate(Keys.Operator candidate, String file) throws IOException {
        var arguments = new ArrayList<>(List.of("--name", candidate.name()));
        var keys = Map.of("owner", candidate.owner(), "oracle", candidate.oracle(), "meter", candidate.meter());
        for (var key : keys.entrySet()) {
            Path written = Files.writeString(folder.resolve("candidate-" + key.getKey()), hex(key.getValue()));
            arguments.addAll(List.of("--" + key.getKey() + "-key", written.toString()));
        }
        arguments.addAll(List.of("--out", folder.resolve(file).toString()));
        return onNetwork("candidate", arguments.toArray(String[]::new));
    }

    private List<String> proposeAdmission(int proposer, String file) {
        return owner(
                proposer,
                "propose-admission",
                "--candidate",
                folder.resolve(file).toString());
    }

    private static String hex(Credentials key) {
        return Numeric.toHexStringNoPrefixZeroPadded(key.getEcKeyPair().getPrivateKey(), 64);
    }

    private List<String> owner(int operator, String command, String... more) {
        return onNetwork(
                command,
                Stream.concat(Stream.of("--key", key(operator).toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private List<String> onNetwork(String command, String... more) {
        var arguments = new ArrayList<>(List.of("consortium", command, "--rpc", ledger.url(), "--contract", contract));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private Path key(int operator) {
        return folder.resolve("owner-" + (operator + 1) + ".key");
    }

    private static String founders(List<Keys.Operator> operators) {
        return operators.stream()
                .map(o -> """
                        {"name": "%s", "owner": "%s", "oracle": "%s", "meter": "%s"}""".formatted(o.name(), address(o.owner()), address(o.oracle()), address(o.meter())))
                .toList()
                .toString();
    }

    private static String address(Credentials account) {
        return account.getAddress();
    }
}
