// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {IBallots} from "../src/IBallots.sol";
import {ICharging} from "../src/ICharging.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {IPlans} from "../src/IPlans.sol";
import {Network} from "./Network.sol";
import {Vm} from "./Vm.sol";

/// Four operators, so that three votes are the quorum; two words of charge points.
contract PlansTest is Network {
    uint32 private constant POINTS = 20;
    uint256 private constant WORDS = 2;
    uint32 private constant RATED_W = 22_000;

    uint32 private group;
    uint8[4] private rank;
    uint256 private proposals;

    function setUp() public {
        deployNetwork(4);
        activateAlgorithm(4);
        group = registerGroup(1, 200_000, 50_000);
        registerChargePoints(1, group, POINTS, RATED_W);
        registerUser(1, driver(1));
        for (uint256 i = 0; i < 4; ++i) {
            rank[i] = ranked(K, i, 4);
        }
        warpToGateOf(K);
    }

    // posts

    function test_post_isACandidateAndTheVoteOfItsPoster() public {
        Plan memory p = planOf(K, WORDS, 1_000);
        p.decisions = acceptance(7);
        vm.expectEmit(address(plans));
        emitPosted(p, rank[0], 0);
        vm.expectEmit(address(plans));
        emit IPlans.PlanAttested(K, rank[0], 0);
        post(rank[0], p);

        requireState(K, 1, false, false);
        vm.assertEq(plans.voteOf(K, rank[0]), 1);
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        vm.assertEq(plans.candidateOf(K, 0), keccak256(abi.encode(digest, keccak256(p.decisions))));
    }

    function test_digestOf_coversEverything() public view {
        Plan memory p = planOf(K, 1, 5);
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        IPlans.Commitment memory c = p.commitment;
        vm.assertEq(
            digest,
            keccak256(
                abi.encode(
                    c.timestep,
                    c.snapshotBlock,
                    c.algorithm,
                    c.inputsRoot,
                    c.plansRoot,
                    c.setpointsRoot,
                    keccak256(p.setpoints)
                )
            )
        );
        bytes32[7] memory others;
        for (uint256 i = 0; i < 7; ++i) {
            Plan memory q = planOf(K, 1, 5);
            if (i == 0) ++q.commitment.timestep;
            if (i == 1) ++q.commitment.snapshotBlock;
            if (i == 2) q.commitment.algorithm = 0;
            if (i == 3) q.commitment.inputsRoot = 0;
            if (i == 4) q.commitment.plansRoot = 0;
            if (i == 5) q.commitment.setpointsRoot = 0;
            if (i == 6) setWh(q.setpoints, 3, 6);
            others[i] = plans.digestOf(q.commitment, q.setpoints);
            vm.assertTrue(others[i] != digest);
        }
    }

    function test_post_refusesOthersThanOracles() public {
        Plan memory p = planOf(K, WORDS, 1);
        address[3] memory others = [STRANGER, owner(rank[0]), meter(rank[0])];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBallots.NotAnOracle.selector, others[i]));
            vm.prank(others[i]);
            plans.post(p.commitment, p.setpoints, p.decisions);
        }
    }

    function test_post_refusesOtherTimestepsThanTheNext() public {
        uint32[4] memory wrong = [uint32(0), K - 1, K + 1, type(uint32).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectPostRevert(
                rank[0], planOf(wrong[i], WORDS, 1), abi.encodeWithSelector(IPlans.WrongTimestep.selector, wrong[i], K)
            );
        }
    }

    function test_post_refusesWhileTheGateIsOpen() public {
        uint64 gate = uint64(block.timestamp);
        vm.warp(gate - 1);
        bytes memory data = abi.encodeWithSelector(IPlans.GateOpen.selector, K, gate, gate - 1);
        expectPostRevert(rank[0], planOf(K, WORDS, 1), data);
        vm.warp(gate);
        post(rank[0], planOf(K, WORDS, 1));
    }

    /// The last second of the gate is early enough, the boundary is too late.
    function test_post_refusesFromTheBoundaryOn() public {
        warpTo(K, 0);
        expectPostRevert(rank[0], planOf(K, WORDS, 1), abi.encodeWithSelector(IPlans.WrongTimestep.selector, K, K + 1));
        warpTo(K - 1, TIMESTEP_SECONDS - 1);
        post(rank[0], planOf(K, WORDS, 1));
    }

    function test_post_refusesOtherAlgorithmsThanTheActiveOne() public {
        Plan memory p = planOf(K, WORDS, 1);
        p.commitment.algorithm = keccak256("another");
        bytes32 active = sha256(JAR);
        expectPostRevert(
            rank[0], p, abi.encodeWithSelector(IPlans.WrongAlgorithm.selector, p.commitment.algorithm, active)
        );
    }

    /// Before the first algorithm counts, there are no plans that somebody could re-run.
    function test_post_refusesWithoutAnAlgorithm() public {
        warpToGateOf(K - 1);
        Plan memory p = planOf(K - 1, WORDS, 1);
        p.commitment.algorithm = 0;
        expectPostRevert(
            ranked(K - 1, 0, 4), p, abi.encodeWithSelector(IPlans.WrongAlgorithm.selector, bytes32(0), bytes32(0))
        );
    }

    function test_post_refusesSnapshotsOfTheFuture() public {
        Plan memory p = planOf(K, WORDS, 1);
        p.commitment.snapshotBlock = uint64(block.number);
        expectPostRevert(
            rank[0], p, abi.encodeWithSelector(IBallots.SnapshotInFuture.selector, block.number, block.number)
        );
        --p.commitment.snapshotBlock;
        post(rank[0], p);
    }

    function test_post_refusesSetpointsThatAreNotWholeWordsOrTooMany() public {
        Plan memory p = planOf(K, WORDS, 1);
        p.setpoints = new bytes(63);
        expectPostRevert(rank[0], p, abi.encodeWithSelector(IPlans.SetpointsLength.selector, 63, 64));
        p.setpoints = new bytes(96);
        expectPostRevert(rank[0], p, abi.encodeWithSelector(IPlans.SetpointsLength.selector, 96, 64));
    }

    function test_post_refusesWhatIsNoListOfDecisions() public {
        Plan memory p = planOf(K, WORDS, 1);
        p.decisions = new bytes(16);
        expectPostRevert(rank[0], p, abi.encodeWithSelector(IPlans.DecisionsLength.selector, 16));
    }

    function test_post_refusesTheSameOperatorTwice() public {
        post(rank[0], planOf(K, WORDS, 1));
        bytes memory data = abi.encodeWithSelector(IBallots.AlreadySpoken.selector, K, rank[0]);
        // neither the same again nor another one
        expectPostRevert(rank[0], planOf(K, WORDS, 1), data);
        expectPostRevert(rank[0], planOf(K, WORDS, 2), data);
        expectAttestRevert(rank[0], 0, planOf(K, WORDS, 1), data);
    }

    function test_attack_postCannotCarryDecisionsWithoutEnd() public {
        Plan memory p = planOf(K, WORDS, 1);
        p.decisions = new bytes(17 * 513);
        expectPostRevert(rank[0], p, abi.encodeWithSelector(IPlans.TooManyDecisions.selector, 513, 512));
        p.decisions = new bytes(17 * 512);
        post(rank[0], p);
    }

    function test_attack_recordsOfATimestepAreFew() public {
        for (uint256 i = 0; i < 5; ++i) {
            if (i == 4) vm.expectRevert(abi.encodeWithSelector(IPlans.TooManyRecords.selector, K, 4));
            vm.prank(oracle(rank[0]));
            plans.recordApplied(K, hex"01");
        }
    }

    function test_post_aNewAccountGivesNoSecondVote() public {
        post(rank[0], planOf(K, WORDS, 1));
        bytes memory proof = hotAccount(oracle(40), rank[0], oracle(40), meter(rank[0]));
        vm.prank(owner(rank[0]));
        consortium.changeAccounts(oracle(40), meter(rank[0]), proof, "");
        Plan memory p = planOf(K, WORDS, 2);
        vm.expectRevert(abi.encodeWithSelector(IBallots.AlreadySpoken.selector, K, rank[0]));
        vm.prank(oracle(40));
        plans.post(p.commitment, p.setpoints, p.decisions);
    }

    /// A take-over that crossed with the leader's post: one candidate, two votes.
    function test_post_theSameByTwoOperatorsIsOneCandidate() public {
        warpToTurnOfAll(K);
        post(rank[0], planOf(K, WORDS, 1));
        vm.expectEmit(address(plans));
        emit IPlans.PlanAttested(K, rank[1], 0);
        post(rank[1], planOf(K, WORDS, 1));
        requireState(K, 1, false, false);
        vm.assertEq(plans.voteOf(K, rank[1]), 1);
        vm.expectEmit(address(plans));
        emit IPlans.PlanFinal(K, 0, 3, 4);
        post(rank[2], planOf(K, WORDS, 1));
        requireState(K, 1, true, false);
    }

    /// The same roots with other decisions or setpoints are not the same.
    function test_post_differentByTwoOperatorsAreTwoCandidates() public {
        warpToTurnOfAll(K);
        post(rank[0], planOf(K, WORDS, 1));
        Plan memory p = planOf(K, WORDS, 1);
        p.decisions = acceptance(1);
        post(rank[1], p);
        p = planOf(K, WORDS, 1);
        setWh(p.setpoints, 0, 2);
        post(rank[2], p);
        requireState(K, 3, false, false);
        vm.assertEq(plans.voteOf(K, rank[0]), 1);
        vm.assertEq(plans.voteOf(K, rank[1]), 2);
        vm.assertEq(plans.voteOf(K, rank[2]), 3);
    }

    // who leads

    /// A silent leader: each rank may post from its own second on, and not one second earlier.
    function test_takeover_byRankAtTheExactSecond() public {
        uint64 gate = uint64(block.timestamp);
        for (uint8 r = 1; r < 4; ++r) {
            uint64 from = gate + r * TAKEOVER_SECONDS;
            vm.warp(from - 1);
            bytes memory data = abi.encodeWithSelector(IBallots.NotYourTurn.selector, rank[r], r, from, from - 1);
            expectPostRevert(rank[r], planOf(K, WORDS, 1), data);
        }
        for (uint8 r = 1; r < 4; ++r) {
            vm.warp(gate + r * TAKEOVER_SECONDS);
            post(rank[r], planOf(K, WORDS, r));
        }
        requireState(K, 3, false, false);
    }

    function test_takeover_bringsFinalityWithoutTheLeader() public {
        vm.warp(block.timestamp + TAKEOVER_SECONDS);
        Plan memory p = planOf(K, WORDS, 1);
        post(rank[1], p);
        attest(rank[2], 0, p);
        attest(rank[3], 0, p);
        requireState(K, 1, true, false);
    }

    function test_leadership_goesRound() public {
        for (uint32 k = K; k < K + 4; ++k) {
            warpToGateOf(k);
            uint64 now_ = uint64(block.timestamp);
            uint8 second = ranked(k, 1, 4);
            bytes memory data =
                abi.encodeWithSelector(IBallots.NotYourTurn.selector, second, 1, now_ + TAKEOVER_SECONDS, now_);
            expectPostRevert(second, planOf(k, WORDS, 1), data);
            post(ranked(k, 0, 4), planOf(k, WORDS, 1));
        }
    }

    /// A wrong leader: the honest ones follow with a candidate of their own, and that becomes final.
    function test_wrongLeader_isOutvoted() public {
        Plan memory wrong = planOf(K, WORDS, 65_534);
        Plan memory right = planOf(K, WORDS, 1_000);
        post(rank[0], wrong);
        vm.warp(block.timestamp + TAKEOVER_SECONDS);
        post(rank[1], right);
        attest(rank[2], 1, right);
        vm.expectEmit(address(plans));
        emit IPlans.PlanFinal(K, 1, 3, 4);
        attest(rank[3], 1, right);

        (uint8 candidates, uint8 finalCandidate, bool isFinal,) = plans.stateOf(K);
        vm.assertEq(candidates, 2);
        vm.assertEq(finalCandidate, 1);
        vm.assertTrue(isFinal);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
    }

    /// A wrong plan leaves nothing behind: neither in the timestep in force, nor where the right one is, nor two timesteps later.
    function test_wrongPosts_touchNothingThatIsFinal() public {
        for (uint32 k = K; k < K + 6; ++k) {
            warpToTurnOfAll(k);
            uint8 leader = ranked(k, 0, 4);
            Plan memory right = planOf(k, WORDS, uint16(100 + k - K));
            // the right one takes each of the lanes in turn
            uint8 candidate = uint8(k % 2);
            if (candidate == 1) post(leader, planOf(k, WORDS, 7_777));
            post(ranked(k, 1, 4), right);
            if (candidate == 0) post(leader, planOf(k, WORDS, 8_888));
            attest(ranked(k, 2, 4), candidate, right);
            attest(ranked(k, 3, 4), candidate, right);
            requireSetpoints(k, 4 * (100 + k - K), IPlans.Source.Plan);
            // still what it was in the timestep that is in force
            if (k > K) requireSetpoints(k - 1, 4 * (99 + k - K), IPlans.Source.Plan);
        }
    }

    // attestations

    function test_attest_theQuorumMakesFinal() public {
        Plan memory p = planOf(K, WORDS, 1_000);
        post(rank[0], p);
        vm.expectEmit(address(plans));
        emit IPlans.PlanAttested(K, rank[3], 0);
        attest(rank[3], 0, p);
        requireState(K, 1, false, false);
        requireSetpoints(K, 0, IPlans.Source.None);
        vm.expectEmit(address(plans));
        emit IPlans.PlanAttested(K, rank[1], 0);
        vm.expectEmit(address(plans));
        emit IPlans.PlanFinal(K, 0, 3, 4);
        attest(rank[1], 0, p);
        requireState(K, 1, true, false);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
    }

    function test_attest_lateOnesAreRecordedUntilTheTimestepIsOver() public {
        Plan memory p = finalize(K, 1_000);
        warpTo(K, TIMESTEP_SECONDS - 1);
        vm.expectEmit(address(plans));
        emit IPlans.PlanAttested(K, rank[3], 0);
        attest(rank[3], 0, p);
        vm.assertEq(plans.voteOf(K, rank[3]), 1);
        requireState(K, 1, true, false);
    }

    function test_attest_lateOnesMakeNothingFinalAgain() public {
        Plan memory p = finalize(K, 1_000);
        vm.recordLogs();
        attest(rank[3], 0, p);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1);
        vm.assertEq(logs[0].topics[0], IPlans.PlanAttested.selector);
    }

    function test_attest_afterTheTimestepIsRefused() public {
        Plan memory p = finalize(K, 1_000);
        warpTo(K + 1, 0);
        expectAttestRevert(rank[3], 0, p, abi.encodeWithSelector(IPlans.TimestepOver.selector, K, K + 1));
    }

    /// What was not final at the boundary never will be.
    function test_attest_cannotMakeFinalAfterTheBoundary() public {
        Plan memory p = planOf(K, WORDS, 1_000);
        post(rank[0], p);
        attest(rank[1], 0, p);
        warpTo(K, 0);
        expectAttestRevert(rank[2], 0, p, abi.encodeWithSelector(IPlans.TimestepOver.selector, K, K));
        requireState(K, 1, false, false);
    }

    function test_attest_refusesOthersThanOracles() public {
        Plan memory p = planOf(K, WORDS, 1);
        post(rank[0], p);
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        address[3] memory others = [STRANGER, owner(rank[1]), meter(rank[1])];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBallots.NotAnOracle.selector, others[i]));
            vm.prank(others[i]);
            plans.attest(K, 0, digest, "");
        }
    }

    function test_attest_refusesUnknownCandidates() public {
        Plan memory p = planOf(K, WORDS, 1);
        expectAttestRevert(rank[1], 0, p, abi.encodeWithSelector(IBallots.UnknownCandidate.selector, K, 0));
        post(rank[0], p);
        expectAttestRevert(rank[1], 1, p, abi.encodeWithSelector(IBallots.UnknownCandidate.selector, K, 1));
        expectAttestRevert(rank[1], 255, p, abi.encodeWithSelector(IBallots.UnknownCandidate.selector, K, 255));
        p.commitment.timestep = K + 1;
        expectAttestRevert(rank[1], 0, p, abi.encodeWithSelector(IBallots.UnknownCandidate.selector, K + 1, 0));
    }

    function test_attest_refusesWhatTheAttesterDidNotCompute() public {
        post(rank[0], planOf(K, WORDS, 1));
        bytes memory data = abi.encodeWithSelector(IPlans.DifferentCommitment.selector, K, 0);
        expectAttestRevert(rank[1], 0, planOf(K, WORDS, 2), data);
        Plan memory p = planOf(K, WORDS, 1);
        p.decisions = acceptance(1);
        expectAttestRevert(rank[1], 0, p, data);
    }

    function test_attest_refusesTwice() public {
        Plan memory p = planOf(K, WORDS, 1);
        post(rank[0], p);
        attest(rank[1], 0, p);
        bytes memory data = abi.encodeWithSelector(IBallots.AlreadySpoken.selector, K, rank[1]);
        expectAttestRevert(rank[1], 0, p, data);
        warpToTurnOfAll(K);
        expectPostRevert(rank[1], planOf(K, WORDS, 2), data);
    }

    // changes of the members

    function test_excludedOperators_votesDoNotCount() public {
        Plan memory p = planOf(K, WORDS, 1);
        post(rank[0], p);
        exclude(rank[0]);
        attest(rank[1], 0, p);
        // 2 of 3 are no more than two thirds
        attest(rank[2], 0, p);
        requireState(K, 1, false, false);
        vm.expectEmit(address(plans));
        emit IPlans.PlanFinal(K, 0, 3, 3);
        attest(rank[3], 0, p);
        requireState(K, 1, true, false);
    }

    function test_excludedOperators_cannotSpeak() public {
        Plan memory p = planOf(K, WORDS, 1);
        post(rank[0], p);
        exclude(rank[1]);
        expectAttestRevert(rank[1], 0, p, abi.encodeWithSelector(IBallots.NotAnOracle.selector, oracle(rank[1])));
    }

    function test_exclusion_doesNotUndoWhatIsFinal() public {
        finalize(K, 1_000);
        exclude(rank[0]);
        requireState(K, 1, true, false);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
    }

    /// Not even when those who made it final are gone, and all the others had rather had another one.
    function test_final_staysWhateverNewMembersAttest() public {
        warpToTurnOfAll(K);
        finalize(K, 1_000);
        Plan memory other = planOf(K, WORDS, 2_000);
        post(rank[3], other);
        decideAbout(abi.encodeCall(IConsortium.proposeExclusion, (rank[0])), 1, 3);
        decideAbout(abi.encodeCall(IConsortium.proposeExclusion, (rank[1])), 2, 3);
        decideAbout(
            abi.encodeCall(IConsortium.proposeAdmission, ("New", accountsOf(5), membership("New", accountsOf(5)))), 2, 3
        );
        decideAbout(
            abi.encodeCall(IConsortium.proposeAdmission, ("Newer", accountsOf(6), membership("Newer", accountsOf(6)))),
            2,
            3
        );
        vm.assertEq(consortium.members() >> 248, 4);
        // three of the four members
        attest(5, 1, other);
        attest(6, 1, other);
        (, uint8 finalCandidate, bool isFinal,) = plans.stateOf(K);
        vm.assertTrue(isFinal);
        vm.assertEq(finalCandidate, 0);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
    }

    // decisions

    function test_final_carriesOutTheDecisions() public {
        uint32 session = requestBeforeTheGate();
        Plan memory p = planOf(K, WORDS, 1_000);
        p.decisions = acceptance(session);
        post(rank[0], p);
        attest(rank[1], 0, p);
        requireStatus(session, ICharging.Status.Requested);
        vm.expectEmit(address(charging));
        emit ICharging.RequestDecided(session, K, true, 1_000, 0, 0);
        attest(rank[2], 0, p);
        requireStatus(session, ICharging.Status.Accepted);
    }

    function test_final_isNotBlockedByARequestWithdrawnInTheGate() public {
        uint32 session = requestBeforeTheGate();
        Plan memory p = planOf(K, WORDS, 1_000);
        p.decisions = acceptance(session);
        post(rank[0], p);
        attest(rank[1], 0, p);
        vm.prank(driver(1));
        charging.endSession(session);
        attest(rank[2], 0, p);
        requireState(K, 1, true, false);
        requireStatus(session, ICharging.Status.Ended);
    }

    /// An attestation that comes late must not decide again.
    function test_final_decidesOnlyOnce() public {
        uint32 session = requestBeforeTheGate();
        Plan memory p = planOf(K, WORDS, 1_000);
        p.decisions = refusal(session, 0, 0, 0);
        post(rank[0], p);
        attest(rank[1], 0, p);
        attest(rank[2], 0, p);
        requireStatus(session, ICharging.Status.Refused);
        uint32 next = request(driver(1), 0, 1_000);
        attest(rank[3], 0, p);
        requireStatus(next, ICharging.Status.Requested);
        vm.assertEq(charging.openSession(0), next);
    }

    /// With a network of one, the post is final.
    function test_final_atOnceWithASingleOperator() public {
        deployNetwork(1);
        activateAlgorithm(1);
        group = registerGroup(1, 200_000, 50_000);
        registerChargePoints(1, group, POINTS, RATED_W);
        warpToGateOf(K);
        post(1, planOf(K, WORDS, 1_000));
        requireState(K, 1, true, false);
    }

    /// As many candidates as four bits hold; whoever comes later can still attest one of them.
    function test_candidates_areAtMostFifteen() public {
        IConsortium.Parameters memory p = parameters();
        p.takeoverSeconds = 1;
        deployNetwork(31, p);
        activateAlgorithm(31);
        registerChargePoints(1, registerGroup(1, 200_000, 50_000), POINTS, RATED_W);
        warpToTurnOfAll(K);
        for (uint8 r = 0; r < 15; ++r) {
            post(ranked(K, r, 31), planOf(K, WORDS, r));
        }
        requireState(K, 15, false, false);
        bytes memory data = abi.encodeWithSelector(IBallots.UnknownCandidate.selector, K, 15);
        expectPostRevert(ranked(K, 15, 31), planOf(K, WORDS, 99), data);
        for (uint8 r = 15; r < 31; ++r) {
            attest(ranked(K, r, 31), 14, planOf(K, WORDS, 14));
            vm.assertEq(plans.voteOf(K, ranked(K, r, 31)), 15);
        }
        requireState(K, 15, false, false);
    }

    /// Ranks whose turn would come behind the boundary attest, but never post.
    function test_takeover_endsWithTheGate() public {
        deployNetwork(31);
        activateAlgorithm(31);
        warpToTurnOfAll(K);
        uint64 now_ = uint64(block.timestamp);
        uint8 operator = ranked(K, 12, 31);
        bytes memory data = abi.encodeWithSelector(IBallots.NotYourTurn.selector, operator, 12, now_ + 1, now_);
        expectPostRevert(operator, planOf(K, 0, 1), data);
        post(ranked(K, 11, 31), planOf(K, 0, 1));
        attest(operator, 0, planOf(K, 0, 1));
    }

    // no quorum

    function test_fallback_isInForceWithoutAPlan() public {
        Plan memory p = planOf(K, WORDS, 10_000);
        post(rank[0], p);
        attest(rank[1], 0, p);
        warpTo(K, 0);
        // (200,000 - 50,000) / 20
        requireSetpoints(K, 7_500, IPlans.Source.Fallback);
        (uint32 powerW, IPlans.Source source, uint32 timestep) = plans.setpointOf(3);
        vm.assertEq(powerW, 7_500);
        vm.assertEq(uint256(source), uint256(IPlans.Source.Fallback));
        vm.assertEq(timestep, K);
        requireSumWithinLimit();
    }

    function test_fallback_isNeverAboveTheLimit() public {
        warpTo(K, 0);
        uint32[6] memory limitsW = [uint32(200_000), 50_001, 50_000, 49_999, 1, 0];
        for (uint256 i = 0; i < limitsW.length; ++i) {
            vm.prank(meter(1));
            assets.setGroupLimit(group, limitsW[i]);
            // the limit that is in force from the start of the next timestep on
            warpTo(K + 1 + uint32(i), 0);
            requireSumWithinLimit();
        }
    }

    function test_declareFallback_isPutOnRecordOnce() public {
        warpTo(K, 0);
        vm.expectEmit(address(plans));
        emit IPlans.FallbackDeclared(K, 2);
        declareFallback(2, K);
        requireState(K, 0, false, true);
        requireSetpoints(K, 7_500, IPlans.Source.Fallback);
        expectNotFallback(K);
    }

    function test_declareFallback_coversSkippedTimesteps() public {
        warpTo(K + 5, 0);
        for (uint32 k = FIRST_TIMESTEP + 1; k <= K + 5; ++k) {
            declareFallback(1, k);
        }
    }

    function test_declareFallback_refusesBeforeTheBoundary() public {
        warpTo(K - 1, TIMESTEP_SECONDS - 1);
        expectNotFallback(K);
        expectNotFallback(K + 1);
    }

    function test_declareFallback_refusesWhatIsFinal() public {
        finalize(K, 1_000);
        expectNotFallback(K);
        warpTo(K, 0);
        expectNotFallback(K);
        warpTo(K + 1, 0);
        expectNotFallback(K);
    }

    /// No plan can be for the timestep in which the network was deployed, or an earlier one.
    function test_declareFallback_refusesBeforeTheNetwork() public {
        expectNotFallback(FIRST_TIMESTEP);
        expectNotFallback(0);
    }

    function test_declareFallback_refusesOthersThanOracles() public {
        warpTo(K, 0);
        vm.expectRevert(abi.encodeWithSelector(IBallots.NotAnOracle.selector, meter(1)));
        vm.prank(meter(1));
        plans.declareFallback(K);
    }

    // readers

    function test_setpoints_areReadableInTheCurrentAndTheNextTimestep() public {
        finalize(K, 1_000);
        // the plan is final, its timestep has not begun
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
        (, IPlans.Source source, uint32 timestep) = plans.setpointOf(3);
        vm.assertEq(uint256(source), uint256(IPlans.Source.Fallback));
        vm.assertEq(timestep, K - 1);

        warpTo(K, 0);
        uint32 powerW;
        (powerW, source, timestep) = plans.setpointOf(3);
        vm.assertEq(powerW, 4_000);
        vm.assertEq(uint256(source), uint256(IPlans.Source.Plan));
        vm.assertEq(timestep, K);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
        requireSetpoints(K + 1, 0, IPlans.Source.None);

        warpTo(K + 1, 0);
        uint32[2] memory unreadable = [K, K + 3];
        for (uint256 i = 0; i < unreadable.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPlans.NotReadable.selector, unreadable[i], K + 1));
            plans.setpoints(unreadable[i], 0, 1);
        }
    }

    /// Without a final plan, what was final two timesteps ago in the same lane does not come back.
    function test_setpoints_neverOfAnOlderPlan() public {
        finalize(K, 1_000);
        warpToGateOf(K + 2);
        post(ranked(K + 2, 0, 4), planOf(K + 2, WORDS, 2_000));
        warpTo(K + 2, 0);
        requireSetpoints(K + 2, 7_500, IPlans.Source.Fallback);
    }

    /// A final plan that says nothing about some charge points gives them nothing.
    function test_setpoints_leftOutAreZero() public {
        finalize(K, 1_000);
        warpToGateOf(K + 2);
        Plan memory p = planOf(K + 2, 1, 500);
        for (uint256 r = 0; r < 3; ++r) {
            if (r == 0) post(ranked(K + 2, 0, 4), p);
            else attest(ranked(K + 2, r, 4), 0, p);
        }
        (, uint32[] memory powerW) = plans.setpoints(K + 2, 0, POINTS);
        for (uint256 i = 0; i < POINTS; ++i) {
            vm.assertEq(powerW[i], i < 16 ? 2_000 : 0);
        }
    }

    /// Charge points registered since the snapshot have no setpoint yet.
    function test_setpoints_ofNewChargePointsAreZero() public {
        Plan memory p = planOf(K, WORDS, 1_000);
        registerChargePoints(1, group, 30, RATED_W);
        post(rank[0], p);
        attest(rank[1], 0, p);
        attest(rank[2], 0, p);
        (, uint32[] memory powerW) = plans.setpoints(K, 32, 18);
        for (uint256 i = 0; i < powerW.length; ++i) {
            vm.assertEq(powerW[i], 0);
        }
    }

    function test_setpoints_fillingIsZero() public {
        Plan memory p = planOf(K, WORDS, 1_000);
        // as planners post: zeros behind the last charge point
        for (uint256 i = 2 * POINTS; i < p.setpoints.length; ++i) {
            p.setpoints[i] = 0;
        }
        post(rank[0], p);
        attest(rank[1], 0, p);
        attest(rank[2], 0, p);
        (, uint32[] memory powerW) = plans.setpoints(K, POINTS - 1, 2);
        vm.assertEq(powerW[0], 4_000);
        vm.assertEq(powerW[1], 0);
    }

    /// Any number of charge points with any setpoints come back as they were.
    function testFuzz_setpoints_comeBackAsTheyWere(uint256 count, uint256 seed) public {
        count = bound(count, 1, 100);
        registerChargePoints(1, group, 100 - POINTS, RATED_W);
        Plan memory p = planOf(K, 0, 0);
        p.setpoints = new bytes((count + 15) / 16 * 32);
        for (uint256 i = 0; i < count; ++i) {
            setWh(p.setpoints, i, uint16(mix(seed, i) % 65_535));
        }
        post(rank[0], p);
        attest(rank[1], 0, p);
        attest(rank[2], 0, p);
        (, uint32[] memory powerW) = plans.setpoints(K, 0, 100);
        for (uint256 i = 0; i < 100; ++i) {
            vm.assertEq(powerW[i], i < count ? mix(seed, i) % 65_535 * STEPS_PER_HOUR : 0);
        }
        warpTo(K, seed % TIMESTEP_SECONDS);
        uint32 some = uint32(seed % count);
        (uint32 onePowerW,,) = plans.setpointOf(some);
        vm.assertEq(onePowerW, powerW[some]);
    }

    function test_voteOf_isNothingForWhoIsNoOperator() public {
        warpToTurnOfAll(K);
        post(rank[0], planOf(K, WORDS, 1));
        vm.assertEq(plans.voteOf(K, 0), 0);
        for (uint256 i = 5; i < 256; ++i) {
            vm.assertEq(plans.voteOf(K, uint8(i)), 0);
        }
    }

    // what was applied

    function test_recordApplied_countsForTheOperatorsOwnChargePoints() public {
        vm.prank(owner(1));
        assets.openGroup(group, 2, 1, RATED_W);
        uint32 theirs = registerChargePoints(2, group, 1, RATED_W);
        vm.assertEq(theirs, POINTS);
        warpTo(K, 0);
        // charge points 0 and 9 of operator 1; 20 is the other one's
        vm.expectEmit(address(plans));
        emit IPlans.SetpointsApplied(K, 1, hex"010210");
        recordApplied(1, K, hex"010210");
        for (uint32 i = 0; i <= POINTS; ++i) {
            vm.assertEq(plans.wasApplied(K, i), i == 0 || i == 9);
        }
        recordApplied(2, K, hex"ffff10");
        for (uint32 i = 0; i <= POINTS; ++i) {
            vm.assertEq(plans.wasApplied(K, i), i == 0 || i == 9 || i == POINTS);
        }
        // what is left out was not applied
        recordApplied(1, K, hex"80");
        vm.assertTrue(plans.wasApplied(K, 7));
        vm.assertFalse(plans.wasApplied(K, 9));
    }

    function test_recordApplied_onlyForTheCurrentAndTheNextTimestep() public {
        warpTo(K, 0);
        recordApplied(1, K + 1, hex"01");
        vm.assertTrue(plans.wasApplied(K + 1, 0));
        vm.assertFalse(plans.wasApplied(K, 0));
        vm.expectRevert(abi.encodeWithSelector(IPlans.NotReadable.selector, K - 1, K));
        recordApplied(1, K - 1, hex"01");
        vm.expectRevert(abi.encodeWithSelector(IPlans.NotReadable.selector, K + 2, K));
        recordApplied(1, K + 2, hex"01");
        vm.expectRevert(abi.encodeWithSelector(IPlans.NotReadable.selector, K - 1, K));
        plans.wasApplied(K - 1, 0);
    }

    function test_recordApplied_refusesMoreThanThereAre() public {
        vm.expectRevert(abi.encodeWithSelector(IPlans.SetpointsLength.selector, 4, 3));
        recordApplied(1, K, hex"01010101");
    }

    function test_recordApplied_refusesOthersThanOracles() public {
        vm.expectRevert(abi.encodeWithSelector(IBallots.NotAnOracle.selector, meter(1)));
        vm.prank(meter(1));
        plans.recordApplied(K, hex"01");
    }

    // ready storage

    function test_prepare_changesNothingThatCanBeRead() public {
        finalize(K, 1_000);
        vm.prank(STRANGER);
        plans.prepare(type(uint256).max);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
        registerChargePoints(1, group, 40, RATED_W);
        vm.prank(STRANGER);
        plans.prepare(type(uint256).max);
        requireSetpoints(K, 4_000, IPlans.Source.Plan);
        (, uint32[] memory powerW) = plans.setpoints(K, 32, 28);
        for (uint256 i = 0; i < powerW.length; ++i) {
            vm.assertEq(powerW[i], 0);
        }
    }

    function test_prepare_goesOnWhereItStopped() public {
        registerChargePoints(1, group, 16 * 8 - POINTS, RATED_W);
        uint256[5] memory most = [uint256(3), 0, 3, 3, 3];
        uint256[5] memory words = [uint256(3), 0, 3, 2, 0];
        for (uint256 i = 0; i < most.length; ++i) {
            plans.prepare(most[i]);
            // a new word costs 22,100 in each of two lanes
            uint256 gas = vm.lastCallGas().gasTotalUsed;
            vm.assertEq(gas / 44_200, words[i]);
        }
    }

    function finalize(uint32 timestep, uint16 wh) private returns (Plan memory p) {
        p = planOf(timestep, WORDS, wh);
        post(ranked(timestep, 0, 4), p);
        attest(ranked(timestep, 1, 4), 0, p);
        attest(ranked(timestep, 2, 4), 0, p);
    }

    /// The operators of the given ranks propose and vote.
    function decideAbout(bytes memory proposal, uint256 from, uint256 to) private {
        for (uint256 i = from; i <= to; ++i) {
            vm.prank(owner(rank[i]));
            (bool ok,) = address(consortium).call(i == from ? proposal : abi.encodeCall(IConsortium.vote, (proposals)));
            vm.assertTrue(ok);
        }
        ++proposals;
    }

    function requestBeforeTheGate() private returns (uint32 session) {
        vm.warp(block.timestamp - 1);
        session = request(driver(1), 0, 1_000);
        vm.warp(block.timestamp + 1);
    }

    function declareFallback(uint8 operator, uint32 timestep) private {
        vm.prank(oracle(operator));
        plans.declareFallback(timestep);
    }

    function recordApplied(uint8 operator, uint32 timestep, bytes memory chargePoints) private {
        vm.prank(oracle(operator));
        plans.recordApplied(timestep, chargePoints);
    }

    function expectPostRevert(uint8 operator, Plan memory p, bytes memory data) private {
        vm.expectRevert(data);
        post(operator, p);
    }

    function expectAttestRevert(uint8 operator, uint8 candidate, Plan memory p, bytes memory data) private {
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        vm.expectRevert(data);
        vm.prank(oracle(operator));
        plans.attest(p.commitment.timestep, candidate, digest, p.decisions);
    }

    function expectNotFallback(uint32 timestep) private {
        vm.expectRevert(abi.encodeWithSelector(IPlans.NotFallback.selector, timestep));
        declareFallback(1, timestep);
    }

    function emitPosted(Plan memory p, uint8 operator, uint8 candidate) private {
        IPlans.Commitment memory c = p.commitment;
        emit IPlans.PlanPosted(
            c.timestep,
            operator,
            candidate,
            c.snapshotBlock,
            c.algorithm,
            c.inputsRoot,
            c.plansRoot,
            c.setpointsRoot,
            p.setpoints,
            p.decisions
        );
    }

    function requireState(uint32 timestep, uint8 candidates, bool isFinal, bool declaredFallback) private view {
        (uint8 actualCandidates, uint8 finalCandidate, bool actualFinal, bool actualFallback) = plans.stateOf(timestep);
        vm.assertEq(actualCandidates, candidates);
        vm.assertEq(actualFinal, isFinal);
        vm.assertEq(finalCandidate < candidates, isFinal);
        vm.assertEq(actualFallback, declaredFallback);
    }

    function requireStatus(uint32 session, ICharging.Status status) private view {
        vm.assertEq(uint256(charging.sessionOf(session).status), uint256(status));
    }

    function requireSetpoints(uint32 timestep, uint256 eachW, IPlans.Source expected) private view {
        (IPlans.Source source, uint32[] memory powerW) = plans.setpoints(timestep, 0, POINTS);
        vm.assertEq(uint256(source), uint256(expected));
        for (uint256 i = 0; i < POINTS; ++i) {
            vm.assertEq(powerW[i], eachW);
        }
    }

    function requireSumWithinLimit() private view {
        (, uint32[] memory powerW) = plans.setpoints(consortium.currentTimestep(), 0, POINTS);
        uint256 sumW;
        for (uint256 i = 0; i < POINTS; ++i) {
            sumW += powerW[i];
        }
        IAssetRegistry.Group memory g = assets.groupOf(group);
        if (sumW > 0) vm.assertLe(sumW + g.otherEquipmentMaxW, g.limitW);
    }
}
