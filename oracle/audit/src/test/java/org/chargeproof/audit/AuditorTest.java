package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.audit.report.WrongPost;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.encoding.Decisions;
import org.chargeproof.protocol.encoding.Decisions.Decision;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuditorTest {
    private static final Bytes32 WRONG = Bytes32.fromHexString("0x" + "bad0".repeat(16));

    private final Scenario network = Scenario.deployed();

    @Test
    void returnMatchWhenEveryPlanIsHonest() {
        network.next();
        network.run(20);
        var report = network.audit();
        assertThat(report.allMatch()).isTrue();
        assertThat(report.from()).isEqualTo(Scenario.FIRST);
        assertThat(report.to()).isEqualTo(network.current());
        assertThat(report.timesteps()).hasSize(20).allSatisfy(timestep -> {
            assertThat(timestep.votes()).isEqualTo(3);
            assertThat(timestep.reason()).isEmpty();
        });
        assertThat(report.counts()).isEqualTo(new AuditReport.Counts(40, 40, 0, 0, 40, 0));
    }

    @Test
    void findsTheSnapshotBlockFromBlockTimes() {
        network.next();
        network.open();
        network.ledger.block(Scenario.PARAMETERS.gateOf(network.current()) - 1);
        long last = network.ledger.head().number();
        network.plan();
        assertThat(network.audit().timesteps().getLast().snapshotBlock()).isEqualTo(last);
    }

    /** What can be wrong with a post, and what is said about groups 0 and 1; charge points 0 and 2 stand in group 0. */
    static Stream<Arguments> wrongPosts() {
        return Stream.of(
                wrong(p -> with(p, p.snapshotBlock() - 1, p.algorithm()), "snapshotBlock", "snapshotBlock"),
                wrong(p -> with(p, p.snapshotBlock(), WRONG), "algorithm", "algorithm"),
                wrong(p -> withRoots(p, WRONG, p.plansRoot(), p.setpointsRoot()), "inputsRoot", "inputsRoot"),
                wrong(p -> withRoots(p, p.inputsRoot(), WRONG, p.setpointsRoot()), "plansRoot", "plansRoot"),
                wrong(p -> withRoots(p, p.inputsRoot(), p.plansRoot(), WRONG), "setpointsRoot", "setpointsRoot"),
                wrong(p -> withSetpoint(p, 2, 1_250), "setpoint of charge point 2", null),
                wrong(p -> withSetpoint(p, 3, 1_250), null, "setpoint of charge point 3"),
                wrong(
                        p -> withRoots(withSetpoint(p, 3, 1_250), p.inputsRoot(), WRONG, WRONG),
                        "plansRoot",
                        "setpoint of charge point 3"),
                wrong(
                        p -> withSetpoint(p, 4, 1_250),
                        "setpoint of charge point 4, unknown at the snapshot",
                        "setpoint of charge point 4, unknown at the snapshot"),
                wrong(
                        p -> withSetpoints(p, Bytes.concatenate(p.setpoints(), Bytes.wrap(new byte[32]))),
                        "setpoint of charge point 16, unknown at the snapshot",
                        "setpoint of charge point 16, unknown at the snapshot"),
                wrong(p -> withSetpoints(p, Bytes.EMPTY), "setpoint of charge point 0", "setpoint of charge point 1"),
                wrong(
                        p -> withDecisions(
                                p, List.of(new Decision(1, false, 0, 0, 0), new Decision(2, true, 9_000, 0, 0))),
                        "decision about session 1",
                        null),
                wrong(
                        p -> withDecisions(p, List.of(new Decision(1, true, 9_000, 0, 0))),
                        null,
                        "decision about session 2"),
                wrong(
                        p -> withDecisions(
                                p,
                                List.of(
                                        new Decision(1, true, 9_000, 0, 0),
                                        new Decision(2, true, 9_000, 0, 0),
                                        new Decision(99, true, 9_000, 0, 0))),
                        "decision about session 99",
                        "decision about session 99"),
                wrong(
                        p -> withDecisions(
                                p, List.of(new Decision(2, true, 9_000, 0, 0), new Decision(1, true, 9_000, 0, 0))),
                        "decisions",
                        "decisions"));
    }

    @ParameterizedTest
    @MethodSource("wrongPosts")
    void returnMismatchWithTheFirstDifferingField(UnaryOperator<PlanPosted> change, List<String> fields) {
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        network.request(1, 9_000, 8);
        network.plan(change);
        var report = network.audit();
        var timestep = report.timesteps().getFirst();
        assertThat(timestep.verdict()).isEqualTo(Verdict.MISMATCH);
        for (int group = 0; group < 2; group++) {
            var verdict = timestep.groups().get(group);
            if (fields.get(group).isEmpty()) {
                assertThat(verdict.verdict()).isEqualTo(Verdict.MATCH);
                assertThat(verdict.difference()).isNull();
            } else {
                assertThat(verdict.verdict()).isEqualTo(Verdict.MISMATCH);
                assertThat(verdict.difference().field()).isEqualTo(fields.get(group));
                assertThat(verdict.difference().posted())
                        .isNotEqualTo(verdict.difference().recomputed());
            }
        }
        assertThat(report.allMatch()).isFalse();
        assertThat(report.counts().mismatch())
                .isEqualTo((int) fields.stream().filter(f -> !f.isEmpty()).count());
        assertThat(report.counts().wrongPosts()).isZero();
    }

    @Test
    void namesWhoStandsForAWrongPlanAndAllThatIsWrongWithIt() {
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        network.request(1, 9_000, 8);
        network.plan(p -> withDecisions(
                withRoots(withSetpoint(withSetpoint(p, 2, 1_250), 0, 7), p.inputsRoot(), WRONG, WRONG), List.of()));
        var timestep = network.audit().timesteps().getFirst();
        assertThat(timestep.postedBy()).isEqualTo(1);
        assertThat(timestep.attestedBy()).containsExactly(2, 3);
        assertThat(timestep.groups().get(0).differences())
                .extracting(Difference::field)
                .containsExactly(
                        "setpoint of charge point 0", "setpoint of charge point 2", "decision about session 1");
        assertThat(timestep.groups().get(1).differences())
                .extracting(Difference::field)
                .containsExactly("decision about session 2");
        assertThat(timestep.differences()).extracting(Difference::field).containsExactly("plansRoot", "setpointsRoot");
    }

    @Test
    void takesChargePointsOutOfTheirGroupsWhenTheyAreRemoved() {
        network.next();
        network.run(1);
        network.open();
        network.emit(new LedgerEvent.ChargePointRemoved(3));
        network.plan();
        network.run(3);
        assertThat(network.audit().allMatch()).isTrue();
    }

    @Test
    void namesSetpointsInWatts() {
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        network.plan(p -> withSetpoint(p, 2, 1_250));
        var difference =
                network.audit().timesteps().getFirst().groups().getFirst().difference();
        assertThat(difference).isEqualTo(new Difference("setpoint of charge point 2", "5000 W", "0 W"));
    }

    @Test
    void goesOnFromWhatBecameFinalEvenWhenItWasWrong() {
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        network.plan(p -> withSetpoint(p, 0, 100));
        network.run(5);
        var report = network.audit();
        assertThat(report.timesteps()).hasSize(6);
        assertThat(report.timesteps().getFirst().verdict()).isEqualTo(Verdict.MISMATCH);
        assertThat(report.timesteps().subList(1, 6))
                .allSatisfy(t -> assertThat(t.verdict()).isEqualTo(Verdict.MATCH));
    }

    @Test
    void returnMissingWhenNobodyPosted() {
        network.next();
        network.run(2);
        network.open();
        network.gate();
        network.next();
        network.run(2);
        var report = network.audit();
        var missing = report.timesteps().get(2);
        assertThat(missing.verdict()).isEqualTo(Verdict.MISSING);
        assertThat(missing.reason()).isEqualTo("nobody posted");
        assertThat(report.counts()).isEqualTo(new AuditReport.Counts(10, 8, 0, 2, 8, 0));
        assertThat(report.allMatch()).isFalse();
    }

    @Test
    void returnMissingWhenThereWasNoQuorum() {
        network.next();
        network.open();
        var plan = network.gate();
        network.emit(Scenario.post(plan, 1, 0));
        network.emit(new LedgerEvent.PlanAttested(plan.commitment().timestep(), 1, 0));
        network.emit(new LedgerEvent.PlanAttested(plan.commitment().timestep(), 2, 0));
        network.next();
        network.emit(new LedgerEvent.FallbackDeclared(network.current(), 3));
        var report = network.audit();
        assertThat(report.timesteps()).hasSize(1);
        assertThat(report.timesteps().getFirst().verdict()).isEqualTo(Verdict.MISSING);
        assertThat(report.timesteps().getFirst().reason()).contains("2 operators stood for one post");
        // nothing was wrong with it
        assertThat(report.wrongPosts()).isEmpty();
    }

    @Test
    void returnMissingForTimestepsThatAHaltedNetworkSkipped() {
        network.next();
        network.run(1);
        network.open();
        network.skip(3);
        network.run(2);
        var report = network.audit();
        assertThat(report.timesteps())
                .extracting(TimestepVerdict::verdict)
                .containsExactly(
                        Verdict.MATCH, Verdict.MISSING, Verdict.MISSING, Verdict.MISSING, Verdict.MATCH, Verdict.MATCH);
    }

    @Test
    void returnMissingForTimestepsBeforeAnAlgorithmCounted() {
        var late = new Scenario();
        late.ledger.block(Scenario.DEPLOYED * 900L);
        late.next();
        late.next();
        late.next();
        late.emit(new LedgerEvent.GroupRegistered(0, 1, 100_000, 0, 0, 0));
        late.next();
        late.emit(new LedgerEvent.AlgorithmActivated(Scenario.ALGORITHM, late.current() + 2));
        var report = late.audit(AuditRange.timesteps(late.current() - 1, late.current()));
        assertThat(report.timesteps()).extracting(TimestepVerdict::reason).containsOnly("no algorithm counts for it");
    }

    @Test
    void listsWrongPostsWithoutFailing() {
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        var plan = network.gate();
        var wrong = withSetpoint(Scenario.post(plan, 1, 0), 1, 5_500);
        network.emit(wrong);
        network.emit(new LedgerEvent.PlanAttested(wrong.timestep(), 1, 0));
        var right = Scenario.post(plan, 2, 1);
        network.emit(right);
        network.finish(right, 2, 3, 4);
        network.next();
        var report = network.audit();
        assertThat(report.allMatch()).isTrue();
        assertThat(report.counts()).isEqualTo(new AuditReport.Counts(2, 2, 0, 0, 2, 1));
        assertThat(report.wrongPosts())
                .containsExactly(new WrongPost(
                        network.current(), 1, 0, 1, new Difference("setpoint of charge point 1", "22000 W", "0 W")));
    }

    @Test
    void returnMismatchWhenTheQuorumIsTooSmall() {
        network.next();
        network.open();
        var post = Scenario.post(network.gate(), 1, 0);
        network.emit(post);
        network.finish(post, 1, 2);
        network.next();
        var group = network.audit().timesteps().getFirst().groups().getFirst();
        assertThat(group.verdict()).isEqualTo(Verdict.MISMATCH);
        assertThat(group.difference().field()).isEqualTo("quorum");
        assertThat(group.difference().recomputed()).contains("2 of 4 operators").contains("3 are needed");
    }

    @Test
    void countsMembersAsTheyWereWhenThePlanBecameFinal() {
        network.next();
        network.open();
        network.emit(new LedgerEvent.OperatorExcluded(4));
        network.emit(new LedgerEvent.OperatorExcluded(3));
        var post = Scenario.post(network.gate(), 1, 0);
        network.emit(post);
        network.finish(post, 1, 2);
        network.emit(new LedgerEvent.OperatorAdmitted(
                5, "Late", Scenario.address(50), Scenario.address(51), Scenario.address(52)));
        network.next();
        assertThat(network.audit().allMatch()).isTrue();
    }

    @Test
    void anOperatorThatWasExcludedDoesNotCount() {
        network.next();
        network.open();
        var post = Scenario.post(network.gate(), 1, 0);
        network.emit(post);
        network.emit(new LedgerEvent.PlanAttested(post.timestep(), 1, 0));
        network.emit(new LedgerEvent.OperatorExcluded(1));
        network.finish(post, 2, 3);
        network.next();
        assertThat(network.audit().timesteps().getFirst().groups().getFirst().difference())
                .hasFieldOrPropertyWithValue("field", "quorum");
    }

    @Test
    void judgesTheGroupsThatWereAskedFor() {
        network.next();
        network.open();
        network.plan(p -> withSetpoint(p, 3, 1_250));
        var groupOne = network.audit(Scenario.groups(1));
        assertThat(groupOne.counts()).isEqualTo(new AuditReport.Counts(1, 0, 1, 0, 0, 0));
        var groupZero = network.audit(Scenario.groups(0));
        assertThat(groupZero.allMatch()).isTrue();
        assertThat(groupZero.counts()).isEqualTo(new AuditReport.Counts(1, 1, 0, 0, 1, 0));
        assertThat(groupZero.groups()).containsExactly(0);
    }

    @Test
    void returnMismatchWhenACertificateDoesNotHold() {
        // all operators run an algorithm that plans badly: hashes agree, the certificate tells
        network.algorithm = new LazyAlgorithm();
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        network.plan();
        var report = network.audit(AuditRange.everything(), id -> new LazyAlgorithm());
        var groups = report.timesteps().getFirst().groups();
        assertThat(groups.get(0).verdict()).isEqualTo(Verdict.MISMATCH);
        assertThat(groups.get(0).difference().field()).isEqualTo("certificate");
        assertThat(groups.get(1).verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report.counts().certificates()).isEqualTo(1);
    }

    @Test
    void countsTheNextTimestepOnceItsPlanIsFinal() {
        network.next();
        network.run(2);
        network.open();
        var post = Scenario.post(network.gate(), 1, 0);
        assertThat(network.audit().to()).isEqualTo(network.current());
        network.emit(post);
        network.finish(post, 1, 2, 3);
        assertThat(network.audit().to()).isEqualTo(network.current() + 1);
        assertThat(network.audit().allMatch()).isTrue();
    }

    @Test
    void auditsPartsAsTheWhole() {
        network.next();
        network.run(12);
        var whole = network.audit();
        var part = network.audit(AuditRange.timesteps(Scenario.FIRST + 4, Scenario.FIRST + 7));
        assertThat(part.timesteps()).isEqualTo(whole.timesteps().subList(4, 8));
    }

    @Test
    void takesChargePointsAsTheyWereAtTheSnapshot() {
        network.next();
        network.open();
        var post = Scenario.post(network.gate(), 1, 0);
        network.emit(new LedgerEvent.ChargePointRegistered(4, 0, 1, 11_000, 1_380, "NO*OPR*E4"));
        network.emit(new LedgerEvent.GroupRegistered(2, 1, 50_000, 0, 0, 0));
        network.emit(post);
        network.finish(post, 1, 2, 3);
        network.next();
        network.run(2);
        var report = network.audit();
        assertThat(report.allMatch()).isTrue();
        assertThat(report.counts().plans()).isEqualTo(2 + 3 + 3);
    }

    @Test
    void tellsWhenTheAlgorithmRefusesTheInputs() {
        network.next();
        network.run(1);
        network.open();
        network.request(3, 9_000, 8);
        network.plan();
        network.run(1);
        var report = network.audit(AuditRange.everything(), RefusesSessions::new);
        assertThat(report.timesteps())
                .extracting(TimestepVerdict::verdict)
                .containsExactly(Verdict.MATCH, Verdict.MISMATCH, Verdict.MATCH);
        assertThat(report.timesteps().get(1).reason()).contains("refuses the inputs: no, thanks");
    }

    @Test
    void plansEachTimestepAlone() {
        network.next();
        network.run(20);
        var runs = new ArrayList<Integer>();
        network.audit(AuditRange.everything(), id -> new PlanningAlgorithm() {
            @Override
            public Bytes32 id() {
                return id;
            }

            @Override
            public int inputVersion() {
                return InputVersion.LATEST;
            }

            @Override
            public List<byte[]> plan(List<byte[]> inputs) {
                runs.add(inputs.size());
                return new Scenario.LocalAlgorithm(id).plan(inputs);
            }
        });
        assertThat(runs).hasSize(20).containsOnly(2);
        assertThat(network.ledger.logsAsked).isEqualTo(1);
    }

    @Test
    void throwsWhenThereIsNothingToAudit() {
        network.next();
        network.run(3);
        int current = network.current();
        refuses(AuditRange.timesteps(current + 2, current + 3), "has not begun", String.valueOf(current));
        refuses(AuditRange.timesteps(current, current + 2), "has not begun", String.valueOf(current));
        refuses(AuditRange.timesteps(current, current + 1), "no final plan yet", String.valueOf(current));
        refuses(AuditRange.timesteps(current, current - 1), "is before the first");
        refuses(AuditRange.timesteps(Scenario.DEPLOYED, current), String.valueOf(Scenario.FIRST));
        refuses(Scenario.groups(2), "there is no group 2", "has 2");
        refuses(Scenario.groups(-1), "there is no group -1");
    }

    @Test
    void refusesAtOnceWhatTheContractsKnowToBeMissing() {
        network.next();
        network.run(3);
        int current = network.current();
        var contracts = new ContractsView() {
            @Override
            public long groupCount() {
                return 2;
            }

            @Override
            public boolean isFinal(int timestep) {
                return timestep <= current;
            }
        };
        for (var range : List.of(Scenario.groups(99), AuditRange.timesteps(current, current + 1))) {
            assertThatThrownBy(() -> new Auditor(Scenario.NETWORK, network.ledger, Scenario.LocalAlgorithm::new)
                            .audit(range, ProgressListener.none(), contracts))
                    .isInstanceOf(BadInputException.class);
        }
        assertThat(network.ledger.logsAsked).isZero();
    }

    @Test
    void throwsWhenNoAlgorithmWasActivated() {
        var empty = new Scenario();
        empty.ledger.block(Scenario.DEPLOYED * 900L);
        empty.next();
        assertThatThrownBy(empty::audit).isInstanceOf(BadInputException.class).hasMessageContaining("no algorithm");
    }

    @Test
    void throwsWhenLogsContradictEachOther() {
        network.next();
        network.ledger.emit(new LedgerEvent.GroupLimitChanged(7, 10));
        assertThatThrownBy(network::audit)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("contradict each other");
    }

    @Test
    void tellsWhenTheAlgorithmGivesNoPlans() {
        network.next();
        network.run(1);
        var report = network.audit(AuditRange.everything(), id -> new PlanningAlgorithm() {
            @Override
            public Bytes32 id() {
                return id;
            }

            @Override
            public int inputVersion() {
                return InputVersion.LATEST;
            }

            @Override
            public List<byte[]> plan(List<byte[]> inputs) {
                return inputs;
            }
        });
        var timestep = report.timesteps().getFirst();
        assertThat(timestep.verdict()).isEqualTo(Verdict.MISMATCH);
        assertThat(timestep.reason()).contains("no plan of its groups");
    }

    private void refuses(AuditRange range, String... parts) {
        assertThatThrownBy(() -> network.audit(range))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(parts);
    }

    private static Arguments wrong(UnaryOperator<PlanPosted> change, @Nullable String group0, @Nullable String group1) {
        return Arguments.of(change, List.of(group0 == null ? "" : group0, group1 == null ? "" : group1));
    }

    private static PlanPosted with(PlanPosted p, long snapshotBlock, Bytes32 algorithm) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                snapshotBlock,
                algorithm,
                p.inputsRoot(),
                p.plansRoot(),
                p.setpointsRoot(),
                p.setpoints(),
                p.decisions());
    }

    private static PlanPosted withRoots(PlanPosted p, Bytes32 inputs, Bytes32 plans, Bytes32 setpoints) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                p.snapshotBlock(),
                p.algorithm(),
                inputs,
                plans,
                setpoints,
                p.setpoints(),
                p.decisions());
    }

    private static PlanPosted withSetpoint(PlanPosted p, int chargePoint, int energyWh) {
        var bytes = p.setpoints().mutableCopy();
        bytes.set(2 * chargePoint, Setpoints.pack(new int[] {energyWh}).slice(0, 2));
        return withSetpoints(p, bytes);
    }

    private static PlanPosted withSetpoints(PlanPosted p, Bytes setpoints) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                p.snapshotBlock(),
                p.algorithm(),
                p.inputsRoot(),
                p.plansRoot(),
                p.setpointsRoot(),
                setpoints,
                p.decisions());
    }

    private static PlanPosted withDecisions(PlanPosted p, List<Decision> decisions) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                p.snapshotBlock(),
                p.algorithm(),
                p.inputsRoot(),
                p.plansRoot(),
                p.setpointsRoot(),
                p.setpoints(),
                Decisions.pack(decisions));
    }

    /** Plans as the planner does, but moves all energy of each session to its last steps. */
    private static final class LazyAlgorithm implements PlanningAlgorithm {
        @Override
        public Bytes32 id() {
            return Scenario.ALGORITHM;
        }

        @Override
        public int inputVersion() {
            return InputVersion.LATEST;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            return new Scenario.LocalAlgorithm(id())
                    .plan(inputs).stream().map(LazyAlgorithm::worsen).toList();
        }

        private static byte[] worsen(byte[] encoded) {
            var plan = Plan.decode(encoded);
            var rows = new ArrayList<Plan.Row>();
            var aggregate = new int[plan.stepCount()];
            for (var row : plan.rows()) {
                var reversed = new int[row.energyWh().length];
                for (int t = 0; t < reversed.length; t++) {
                    reversed[t] = row.energyWh()[reversed.length - 1 - t];
                    aggregate[t] += reversed[t];
                }
                rows.add(new Plan.Row(row.chargePoint(), row.sessionId(), row.joins(), row.shortfallWh(), reversed));
            }
            return new Plan(
                            plan.groupId(),
                            plan.timestep(),
                            plan.inputSha256(),
                            plan.decisions(),
                            plan.leastPeakWh(),
                            rows,
                            aggregate,
                            plan.price(),
                            plan.green())
                    .encode();
        }
    }

    /** Refuses inputs in which somebody asks at charge point 3. */
    private record RefusesSessions(Bytes32 id) implements PlanningAlgorithm {
        @Override
        public int inputVersion() {
            return InputVersion.LATEST;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            for (byte[] input : inputs) {
                var group = GroupInput.decode(input);
                if (group.sessions().stream().anyMatch(s -> s.chargePoint() == 3 && !s.accepted())) {
                    throw new InvalidInputException("no, thanks");
                }
            }
            return new Scenario.LocalAlgorithm(id).plan(inputs);
        }
    }
}
