package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Policy;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

/** The rules of docs/reference/inputs.md, one by one. The timestep that is planned is K. */
class InputBuilderTest {
    private static final int K = 2_000_000;
    private static final InputBuilder BUILDER = new InputBuilder(new NetworkParameters(900, 60, 5, 4, 2, 3));

    private final List<LedgerEvent> events = new ArrayList<>();

    InputBuilderTest() {
        add(new LedgerEvent.GroupRegistered(0, 1, 100_003, 10_001, 1, 200));
        add(new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_001, 4_141, "NO*OPR*E0"));
        add(new LedgerEvent.ChargePointRegistered(1, 0, 1, 11_000, 0, "NO*OPR*E1"));
    }

    @Test
    void limitIsTheGroupsLimitRoundedDown() {
        assertThat(input().limitWh()).hasSize(96).containsOnly(25_000);
        add(new LedgerEvent.GroupLimitChanged(0, 50_001));
        assertThat(input().limitWh()).containsOnly(12_500);
    }

    @Test
    void withoutForecastOtherEquipmentTakesTheMostAndPvGivesNothing() {
        assertThat(input().reservedLoadWh()).containsOnly(2_501);
        assertThat(input().expectedLoadWh()).containsOnly(2_501);
        assertThat(input().expectedPvWh()).containsOnly(0);
        assertThat(input().firmPvWh()).containsOnly(0);
    }

    @Test
    void laterForecastsReplaceEarlierOnesStepByStep() {
        add(new LedgerEvent.ForecastPublished(0, K - 1, List.of(step(1), step(2), step(3), step(4))));
        add(new LedgerEvent.ForecastPublished(0, K + 1, List.of(step(9))));
        assertThat(input().expectedLoadWh()).startsWith(2, 9, 4, 2_501);
        assertThat(input().reservedLoadWh()).startsWith(102, 109, 104, 2_501);
        assertThat(input().expectedPvWh()).startsWith(202, 209, 204, 0);
    }

    @Test
    void policyIsTheNewestWithTheForecastsClasses() {
        assertThat(input().policy()).isEqualTo(Policy.earliestToPeak(200));
        add(new LedgerEvent.GroupPolicyChanged(0, 0, 0));
        assertThat(input().policy()).isEqualTo(Policy.flat());
        add(new LedgerEvent.GroupPolicyChanged(0, 2, 60));
        add(new LedgerEvent.ForecastPublished(0, K, List.of(new ForecastStep(0, 0, 0, 255))));
        var classes = new byte[96];
        classes[0] = (byte) 255;
        assertThat(input().policy()).isEqualTo(Policy.greenBands(60, classes));
    }

    @Test
    void pvIsWarrantedForTheComingTimestepByAReportOfTheLastOneThatIsOver() {
        add(new LedgerEvent.GroupReported(0, K - 3, 0, 0, 700));
        assertThat(input().firmPvWh()).containsOnly(0);
        add(new LedgerEvent.GroupReported(0, K - 2, 0, 0, 800));
        assertThat(input().firmPvWh()).startsWith(800, 0);
    }

    @Test
    void aNewRequestWantsAllOfItsEnergy() {
        request(1, 0, 9_000, K + 8, K);
        assertThat(input().sessions())
                .containsExactly(new GroupInput.Session(0, 1, true, false, 9_000, 9_000, 5_500, 0, 0, 8));
    }

    @Test
    void aRequestInTheGateWaitsForTheNextTimestep() {
        request(1, 0, 9_000, K + 8, K + 1);
        assertThat(input().sessions()).isEmpty();
        assertThat(inputs(K + 1).getFirst().sessions())
                .containsExactly(new GroupInput.Session(0, 1, true, false, 9_000, 9_000, 5_500, 0, 0, 7));
    }

    @Test
    void aRequestThatNobodyDecidedIsAskedAgainAndRefusedByItsDeparture() {
        request(1, 0, 9_000, K + 2, K - 1);
        add(new LedgerEvent.FallbackDeclared(K - 1, 1));
        assertThat(input().sessions())
                .containsExactly(new GroupInput.Session(0, 1, true, false, 9_000, 9_000, 5_500, 0, 0, 2));
        assertThat(inputs(K + 5).getFirst().sessions())
                .containsExactly(new GroupInput.Session(0, 1, true, false, 9_000, 9_000, 5_500, 0, 0, 0));
    }

    /** No plan decides about it, and it takes no turn from those that wait for one. */
    @Test
    void aRequestWithoutAWholeTimestepIsInNoInput() {
        request(1, 0, 900, K, K);
        request(2, 1, 900, K - 1, K);
        for (int timestep = K - 1; timestep < K + 3; timestep++) {
            assertThat(sessions(timestep, 1)).isEmpty();
            assertThat(sessions(timestep, 2)).isEmpty();
        }
        // not even when a wrong plan has accepted it
        add(new LedgerEvent.RequestDecided(1, K, true, 0, 0, 0));
        assertThat(sessions(K + 1, 2)).isEmpty();
        for (int i = 2; i < 1_100; i++) {
            add(new LedgerEvent.ChargePointRegistered(i, 0, 1, 11_000, 0, "NO*OPR*E" + i));
            request(1 + i, i, 900, i < 600 ? K : K + 1, K);
        }
        assertThat(sessions(K, 2))
                .hasSize(500)
                .allSatisfy(session -> assertThat(session.departureStep()).isEqualTo(1));
    }

    @Test
    void aDepartureBeyondTheHorizonIsTheHorizon() {
        request(1, 0, 9_000, K + 500, K);
        assertThat(input().sessions().getFirst().departureStep()).isEqualTo(96);
    }

    @Test
    void finalSetpointsCountUntilAMeterSaysBetter() {
        accept(1, 0, 9_000, K - 2);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 50_000))));
        makeFinal(K - 2, 2_000, 0);
        assertThat(remainingWh()).isEqualTo(7_000);
        makeFinal(K - 1, 3_000, 0);
        assertThat(remainingWh()).isEqualTo(4_000);
        // in K - 2 the car took less than its setpoint; K - 1 is still to be read
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 51_500))));
        assertThat(remainingWh()).isEqualTo(9_000 - 1_500 - 3_000);
        add(new LedgerEvent.MetersReported(1, K - 1, List.of(meter(0, 54_500))));
        assertThat(remainingWh()).isEqualTo(9_000 - 4_500);
    }

    @Test
    void whatAPlanToldBeforeTheAcceptanceIsNotGiven() {
        add(new LedgerEvent.MetersReported(1, K - 4, List.of(meter(0, 50_000))));
        request(1, 0, 9_000, K + 40, K - 3);
        // wrong: it gives a setpoint to a request that it does not decide
        makeFinal(K - 3, 1_840, 0);
        makeFinal(K - 2, 2_000, 0);
        add(new LedgerEvent.RequestDecided(1, K - 2, true, 0, 0, 0));
        assertThat(remainingWh()).isEqualTo(7_000);
        // no promise held the charge point in K - 3, so what was read is nobody's
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 51_000))));
        assertThat(remainingWh()).isEqualTo(7_000);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 53_000))));
        assertThat(remainingWh()).isEqualTo(7_000);
        assertThat(sessions(K, 2).getFirst().behind()).isFalse();
    }

    @Test
    void aMissingMeterReadingIsMadeUpForByTheNextOne() {
        accept(1, 0, 9_000, K - 3);
        add(new LedgerEvent.MetersReported(1, K - 4, List.of(meter(0, 50_000))));
        makeFinal(K - 3, 2_000, 0);
        makeFinal(K - 2, 2_000, 0);
        // the report of K - 3 leaves charge point 0 out
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(1, 7))));
        assertThat(remainingWh()).isEqualTo(5_000);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 53_000))));
        assertThat(remainingWh()).isEqualTo(6_000);
    }

    @Test
    void afterAFallbackTheMeterTellsWhatWasDelivered() {
        accept(1, 0, 9_000, K - 2);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 0))));
        add(new LedgerEvent.FallbackDeclared(K - 2, 1));
        assertThat(remainingWh()).isEqualTo(9_000);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 1_200))));
        assertThat(remainingWh()).isEqualTo(7_800);
    }

    @Test
    void theFirstReadingOfAMeterTellsNothingAboutTheSession() {
        accept(1, 0, 9_000, K - 2);
        makeFinal(K - 2, 1_500, 0);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 1_000_000))));
        assertThat(remainingWh()).isEqualTo(7_500);
        add(new LedgerEvent.MetersReported(1, K - 1, List.of(meter(0, 1_001_000))));
        assertThat(remainingWh()).isEqualTo(8_000);
    }

    /** Somebody else's car may have taken what was not reported in time. */
    @Test
    void whereAReportIsMissingASessionIsChargedAtMostItsSetpoints() {
        add(new LedgerEvent.MetersReported(1, K - 6, List.of(meter(0, 0))));
        // the report of K - 5, and with it 5,000 Wh of the car before, is missing
        accept(1, 0, 9_000, K - 3);
        makeFinal(K - 3, 300, 0);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 5_300))));
        assertThat(remainingWh()).isEqualTo(8_700);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 5_900))));
        assertThat(remainingWh()).isEqualTo(8_100);
    }

    @Test
    void aForecastFarAheadLeavesNearerOnesAlone() {
        add(new LedgerEvent.ForecastPublished(0, K, List.of(step(1))));
        add(new LedgerEvent.ForecastPublished(0, K + 600, List.of(step(2))));
        assertThat(input().expectedLoadWh()).startsWith(1, 2_501);
    }

    /** One operator's flood cannot keep the others' drivers waiting. */
    @Test
    void operatorsTakeTurnsWhenMoreAskThanATimestepDecides() {
        for (int i = 2; i < 702; i++) {
            add(new LedgerEvent.ChargePointRegistered(i, 0, i < 700 ? 1 : 2, 11_000, 0, "NO*OPR*E" + i));
            request(i, i, 1_000, K + 8, K);
        }
        var sessions =
                input().sessions().stream().map(GroupInput.Session::sessionId).toList();
        assertThat(sessions)
                .hasSize(InputBuilder.MOST_REQUESTS)
                .contains(700, 701)
                .doesNotContain(512, 699);
        assertThat(sessions).containsAll(IntStream.range(2, 512).boxed().toList());
    }

    @Test
    void remainingEnergyIsNeverNegative() {
        accept(1, 0, 1_000, K - 2);
        makeFinal(K - 2, 1_500, 0);
        assertThat(remainingWh()).isZero();
    }

    @Test
    void sessionsThatEndedOrWereRefusedOrHaveDepartedAreGone() {
        accept(1, 0, 9_000, K - 2);
        assertThat(input().sessions()).hasSize(1);
        add(new LedgerEvent.SessionEnded(1, 0, K - 1, 0));
        assertThat(input().sessions()).isEmpty();
        request(2, 1, 5_000, K + 3, K - 1);
        add(new LedgerEvent.RequestDecided(2, K - 1, false, 0, 0, 0));
        assertThat(input().sessions()).isEmpty();
        accept(3, 0, 9_000, K - 1);
        assertThat(inputs(K + 50).getFirst().sessions()).isEmpty();
    }

    @Test
    void aLateReadingBelongsToTheSessionThatChargedThen() {
        accept(1, 0, 9_000, K - 3);
        add(new LedgerEvent.MetersReported(1, K - 4, List.of(meter(0, 0))));
        add(new LedgerEvent.SessionEnded(1, 0, K - 3, 0));
        accept(2, 0, 8_000, K - 1);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 2_500))));
        assertThat(remainingWh()).isEqualTo(8_000);
        assertThat(inputs(K - 1).getFirst().settlement().sessions())
                .containsExactly(new GroupInput.MeteredSession(0, 1, 2_500));
    }

    @Test
    void settlesTheTimestepBeforeTheGates() {
        accept(1, 0, 9_000, K - 3);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 0), meter(1, 0))));
        assertThat(input().settlement()).isEqualTo(GroupInput.Settlement.none());
        add(new LedgerEvent.GroupReported(0, K - 2, 300, 900, 0));
        assertThat(input().settlement()).isEqualTo(new GroupInput.Settlement(K - 2, 300, 900, List.of()));
        // what nobody's session took is nobody's
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 1_250), meter(1, 400))));
        assertThat(input().settlement())
                .isEqualTo(new GroupInput.Settlement(
                        K - 2, 300, 900, List.of(new GroupInput.MeteredSession(0, 1, 1_250))));
    }

    @Test
    void aMeterThatJumpsIsCutToWhatAnInputHolds() {
        accept(1, 0, 900_000, K - 3);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 0))));
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 500_000))));
        assertThat(input().settlement().sessions()).containsExactly(new GroupInput.MeteredSession(0, 1, 65_534));
        assertThat(remainingWh()).isEqualTo(400_000);
    }

    @Test
    void removedChargePointsKeepTheirPlace() {
        add(new LedgerEvent.ChargePointRemoved(0));
        request(1, 1, 9_000, K + 8, K);
        assertThat(input().sessions())
                .extracting(GroupInput.Session::chargePoint)
                .containsExactly(1);
    }

    @Test
    void aReservationIsInInputsOfVersion2FromTheRequestOn() {
        reserve(1, 9_000, 4_000, K + 5, K + 12);
        assertThat(sessions(K, 2))
                .containsExactly(new GroupInput.Session(0, 1, true, false, 9_000, 4_000, 5_500, 1_036, 5, 12));
        add(new LedgerEvent.RequestDecided(1, K, true, 6_000, 0, 0));
        assertThat(sessions(K + 1, 2))
                .containsExactly(new GroupInput.Session(0, 1, true, true, 6_000, 0, 5_500, 1_036, 4, 11));
        assertThat(sessions(K + 7, 2))
                .containsExactly(new GroupInput.Session(0, 1, true, true, 6_000, 0, 5_500, 1_036, 0, 5));
    }

    /** Version 1 would plan for a car that is not there. */
    @Test
    void aReservationWaitsInInputsOfVersion1UntilTheCarComes() {
        reserve(1, 9_000, 4_000, K + 5, K + 12);
        assertThat(sessions(K + 4, 1)).isEmpty();
        var due = new GroupInput.Session(0, 1, true, false, 9_000, 9_000, 5_500, 0, 0, 7);
        assertThat(sessions(K + 5, 1)).containsExactly(due);
        // accepted by an algorithm of version 2, and followed by one of version 1
        add(new LedgerEvent.RequestDecided(1, K, true, 6_000, 0, 0));
        assertThat(sessions(K + 4, 1)).isEmpty();
        assertThat(sessions(K + 5, 1))
                .containsExactly(new GroupInput.Session(0, 1, true, true, 6_000, 0, 5_500, 0, 0, 7));
    }

    @Test
    void aReservationThatNobodyDecidedIsRefusedByItsDeparture() {
        reserve(1, 9_000, 4_000, K + 5, K + 12);
        for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
            var session = sessions(K + 12, version).getFirst();
            assertThat(session.departureStep()).isZero();
            assertThat(session.arrivalStep()).isZero();
        }
    }

    /** Requests that cannot be decided yet must not keep others waiting. */
    @Test
    void reservationsTakeNoTurnsInInputsOfVersion1() {
        for (int i = 2; i < 702; i++) {
            add(new LedgerEvent.ChargePointRegistered(i, 0, 1, 11_000, 0, "NO*OPR*E" + i));
            if (i < 600) {
                add(new LedgerEvent.ChargingRequested(
                        i, i, Bytes.EMPTY, 1, 1_000, 1_000, K + 3, K + 8, true, K, K - 1));
            } else {
                request(i, i, 1_000, K + 8, K);
            }
        }
        assertThat(sessions(K, 1)).hasSize(102);
        assertThat(sessions(K, 2)).hasSize(InputBuilder.MOST_REQUESTS);
    }

    @Test
    void refusesVersionsThatItDoesNotKnow() {
        for (int version : new int[] {0, 3}) {
            assertThatThrownBy(() -> BUILDER.inputs(new LedgerState(), K, version))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input version " + version);
        }
    }

    /** Nothing that version 1 cannot say may stop its plans. */
    @Test
    void asEarlyAsPossibleIsTheGreatestPeakInVersion1() {
        add(new LedgerEvent.GroupPolicyChanged(0, 3, 0));
        assertThat(input().policy()).isEqualTo(Policy.earliestToPeak(1_000));
    }

    /** The worked example of docs/reference/inputs.md. */
    @Test
    void hasTheBytesOfTheReference() throws NoSuchAlgorithmException {
        add(new LedgerEvent.GroupLimitChanged(0, 60_000));
        add(new LedgerEvent.ForecastPublished(0, K, List.of(new ForecastStep(500, 800, 1_200, 0))));
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 50_000), meter(1, 10_000))));
        accept(1, 0, 9_000, K - 2);
        makeFinal(K - 2, 2_000, 0);
        makeFinal(K - 1, 2_500, 0);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 51_500), meter(1, 10_000))));
        add(new LedgerEvent.GroupReported(0, K - 2, 450, 1_100, 200));
        add(new LedgerEvent.ChargingRequested(2, 1, Bytes.EMPTY, 1, 8_000, 3_000, K, K + 12, true, K, K - 1));

        assertThat(sessions(K, 2))
                .containsExactly(
                        new GroupInput.Session(0, 1, true, true, 5_000, 0, 5_500, 1_036, 0, 38, true),
                        new GroupInput.Session(1, 2, true, false, 8_000, 3_000, 2_750, 0, 0, 12));
        var encoded = input().encode(1);
        assertThat(encoded).hasSize(2_104);
        assertThat(Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(encoded))
                        .toHexString())
                .isEqualTo("0xad001ceac6cbda538fdca148e0d832251ffa264ad65f5fe0b8e14344f3a08ffc");
        assertThat(Bytes.wrap(encoded).slice(0, 22).toHexString())
                .isEqualTo("0x435049310000083800000000001e84800060040100c8");
        assertThat(Bytes.wrap(encoded).slice(22 + 96, 40).toHexString())
                .isEqualTo("0x00003a9800000320000001f4000004b0000000c800003a98000009c5000009c50000000000000000");
        assertThat(Bytes.wrap(encoded).slice(encoded.length - 66).toHexString())
                .isEqualTo(
                        "0x0002000000000000000103000013880000157c002600000001000000020100001f4000000abe000c001e847e000001c20000044c00010000000000000001000005dc");
    }

    /** The worked example of docs/reference/inputs.md for version 2. */
    @Test
    void hasTheBytesOfTheReferenceForVersion2() throws NoSuchAlgorithmException {
        events.clear();
        add(new LedgerEvent.GroupRegistered(0, 1, 100_003, 10_001, 3, 0));
        add(new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_001, 4_141, "NO*OPR*E0"));
        add(new LedgerEvent.ChargePointRegistered(1, 0, 1, 11_000, 0, "NO*OPR*E1"));
        add(new LedgerEvent.ChargePointRegistered(2, 0, 1, 11_000, 1_380, "NO*OPR*E2"));
        add(new LedgerEvent.MetersReported(1, K - 4, List.of(new MeterEntry(0, 50_000, 0, 2), meter(1, 10_000))));
        request(1, 0, 9_000, K + 3, K - 3);
        makeFinal(K - 3, 2_000, 0, 0);
        add(new LedgerEvent.RequestDecided(1, K - 3, true, 9_000, 0, 0));
        request(2, 1, 6_000, K + 8, K - 2);
        add(new LedgerEvent.MetersReported(1, K - 3, List.of(meter(0, 51_000))));
        makeFinal(K - 2, 1_500, 2_000, 0);
        add(new LedgerEvent.RequestDecided(2, K - 2, true, 6_000, 0, 0));
        makeFinal(K - 1, 1_200, 1_000, 0);
        add(new LedgerEvent.MetersReported(1, K - 2, List.of(meter(0, 52_200), meter(1, 13_500))));
        add(new LedgerEvent.GroupReported(0, K - 2, 450, 1_100, 200));
        add(new LedgerEvent.ChargingRequested(3, 2, Bytes.EMPTY, 1, 8_000, 3_000, K + 4, K + 12, true, K, K - 1));

        assertThat(sessions(K, 2))
                .containsExactly(
                        new GroupInput.Session(0, 1, true, true, 5_600, 0, 1_545, 1_036, 0, 3, true),
                        new GroupInput.Session(1, 2, true, true, 3_000, 0, 2_750, 0, 0, 8),
                        new GroupInput.Session(2, 3, true, false, 8_000, 3_000, 2_750, 345, 4, 12));
        var state = new LedgerState();
        events.forEach(state::apply);
        byte[] encoded = BUILDER.encodedInputs(state, K, 2).getFirst();
        assertThat(encoded).hasSize(2_165);
        assertThat(Bytes.wrap(encoded).slice(2_038).toHexString())
                .isEqualTo(
                        "0x0003000000000000000107000015e000000000000006090000040c0000000300000001000000020300000bb80000000000000abe000000000000000800000002000000030100001f4000000bb800000abe000001590004000c001e847e000001c20000044c00020000000000000001000004b00000000100000002000007d0");
        assertThat(Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(encoded))
                        .toHexString())
                .isEqualTo("0x38c5f7b3c249157d6b7b491909ea127fe95fd12487d65dd5660d25850f2b1eb6");
    }

    private GroupInput input() {
        return inputs(K).getFirst();
    }

    /** What is left to the only session. */
    private int remainingWh() {
        return input().sessions().getFirst().energyWh();
    }

    /** Of version 1; by the builder, and the same by the book. */
    private List<GroupInput> inputs(int timestep) {
        var state = new LedgerState();
        events.forEach(state::apply);
        for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
            var book = new InputsByTheBook(events, version);
            assertThat(book.inputs(timestep)).isEqualTo(BUILDER.inputs(state, timestep, version));
        }
        return BUILDER.inputs(state, timestep, InputVersion.FIRST);
    }

    private void add(LedgerEvent event) {
        events.add(event);
    }

    private void request(int session, int chargePoint, int energyWh, int departureTimestep, int firstTimestep) {
        add(new LedgerEvent.ChargingRequested(
                session,
                chargePoint,
                Bytes.EMPTY,
                1,
                energyWh,
                energyWh,
                firstTimestep,
                departureTimestep,
                true,
                firstTimestep,
                firstTimestep - 1));
    }

    /** Asks for charge point 0, for a plan of K. */
    private void reserve(int session, int energyWh, int leastEnergyWh, int arrivalTimestep, int departureTimestep) {
        add(new LedgerEvent.ChargingRequested(
                session,
                0,
                Bytes.EMPTY,
                1,
                energyWh,
                leastEnergyWh,
                arrivalTimestep,
                departureTimestep,
                true,
                K,
                K - 1));
    }

    private List<GroupInput.Session> sessions(int timestep, int version) {
        inputs(timestep);
        var state = new LedgerState();
        events.forEach(state::apply);
        return BUILDER.inputs(state, timestep, version).getFirst().sessions();
    }

    /** A session that was accepted for a timestep and stays for 40. */
    private void accept(int session, int chargePoint, int energyWh, int timestep) {
        request(session, chargePoint, energyWh, timestep + 40, timestep);
        add(new LedgerEvent.RequestDecided(session, timestep, true, 0, 0, 0));
    }

    private void makeFinal(int timestep, int... setpointsWh) {
        add(new LedgerEvent.PlanPosted(
                timestep,
                1,
                0,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(setpointsWh),
                Bytes.EMPTY));
        add(new LedgerEvent.PlanFinal(timestep, 0, 1, 1));
    }

    private static MeterEntry meter(int chargePoint, long registerWh) {
        return new MeterEntry(chargePoint, registerWh, 0, 0);
    }

    private static ForecastStep step(int n) {
        return new ForecastStep(n, 100 + n, 200 + n, 0);
    }
}
