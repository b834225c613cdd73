// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../src/IConsortium.sol";
import {Members} from "../src/Members.sol";
import {ILink, Network} from "./Network.sol";

contract ConsortiumTest is Network {
    using Members for uint256;

    function setUp() public {
        deployNetwork(4);
    }

    function test_deployment_tellsEverybodyWhatTheNetworkIs() public view {
        vm.assertEq(abi.encode(consortium.parameters()), abi.encode(parameters()));
        IConsortium.Network memory n = consortium.network();
        vm.assertEq(n.assets, address(assets));
        vm.assertEq(n.charging, address(charging));
        vm.assertEq(n.plans, address(plans));
        vm.assertEq(n.algorithms, address(algorithms));
        vm.assertEq(n.deployedAtBlock, 1000);
        vm.assertEq(n.firstTimestep, FIRST_TIMESTEP);
        vm.assertEq(consortium.members(), uint256(4) << 248 | 0x04030201);
        vm.assertEq(consortium.protocol(), "chargeproof/7");
        vm.assertEq(consortium.nameOf(2), "Operator B");
        vm.assertEq(abi.encode(consortium.accountsOf(2)), abi.encode(accountsOf(2)));
    }

    function test_deployment_refusesBadParameters() public {
        IConsortium.Parameters[] memory bad = new IConsortium.Parameters[](10);
        for (uint256 i = 0; i < bad.length; ++i) {
            bad[i] = parameters();
        }
        bad[0].timestepSeconds = 9;
        bad[1].gateSeconds = 0;
        bad[2].gateSeconds = TIMESTEP_SECONDS;
        bad[3].takeoverSeconds = 0;
        bad[4].takeoverSeconds = GATE_SECONDS;
        bad[5].stepsPerHour = 0;
        bad[6].stepsPerHour = 61;
        bad[7].quorumNumerator = 3;
        (bad[8].quorumNumerator, bad[8].quorumDenominator) = (127, 255);
        bad[9].quorumDenominator = 0;
        for (uint256 i = 0; i < bad.length; ++i) {
            expectBadParameters(bad[i], 1, 1);
        }
        expectBadParameters(parameters(), 0, 0);
        expectBadParameters(parameters(), 1, 2);
        expectBadParameters(parameters(), 2, 1);
    }

    function test_deployment_refusesFounderWithoutName() public {
        bytes memory code = consortiumCode(parameters(), new string[](1), founders(1));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameLength.selector, 0, 64));
        create(code);
    }

    function test_deployment_refusesMoreFoundersThanFitIntoAWord() public {
        string[] memory names = new string[](32);
        for (uint256 i = 0; i < names.length; ++i) {
            names[i] = nameOf(uint8(i + 1));
        }
        bytes memory code = consortiumCode(parameters(), names, founders(32));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.TooManyOperators.selector, 31));
        create(code);
    }

    function test_link_isAnnounced() public {
        string[] memory names = new string[](1);
        names[0] = "founder";
        ILink fresh = ILink(create(consortiumCode(parameters(), names, founders(1))));
        IConsortium.Parameters memory p = parameters();
        vm.expectEmit(address(fresh));
        emit IConsortium.NetworkLinked(
            "chargeproof/7",
            address(1),
            address(2),
            address(3),
            address(4),
            uint64(block.number),
            uint32(block.timestamp / p.timestepSeconds),
            p.timestepSeconds,
            p.gateSeconds,
            p.takeoverSeconds,
            p.stepsPerHour,
            p.quorumNumerator,
            p.quorumDenominator
        );
        fresh.link(address(1), address(2), address(3), address(4), noMarket());
    }

    function test_link_refusesOthersThanTheDeployer() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NotDeployer.selector, owner(1)));
        vm.prank(owner(1));
        ILink(address(consortium)).link(address(1), address(2), address(3), address(4), noMarket());
    }

    function test_link_refusesASecondTime() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.AlreadyLinked.selector));
        ILink(address(consortium)).link(address(1), address(2), address(3), address(4), noMarket());
    }

    function test_roles_belongToAccounts() public view {
        requireRole(owner(3), 3, IConsortium.Role.Owner);
        requireRole(oracle(3), 3, IConsortium.Role.Oracle);
        requireRole(meter(3), 3, IConsortium.Role.Meter);
        requireRole(STRANGER, 0, IConsortium.Role.None);
        requireOracle(oracle(3), 3);
        requireOracle(owner(3), 0);
        requireOracle(meter(3), 0);
        requireOracle(STRANGER, 0);
    }

    function test_currentTimestep_changesExactlyAtTheBoundary() public {
        warpTo(K, 0);
        vm.assertEq(consortium.currentTimestep(), K);
        warpTo(K, TIMESTEP_SECONDS - 1);
        vm.assertEq(consortium.currentTimestep(), K);
        warpTo(K, TIMESTEP_SECONDS);
        vm.assertEq(consortium.currentTimestep(), K + 1);
    }

    function test_admission_needsAMajority() public {
        vm.expectEmit(address(consortium));
        emit IConsortium.Proposed(0, IConsortium.Kind.Admission, 1, 0, "New", uint64(block.timestamp) + 30 days);
        vm.expectEmit(address(consortium));
        emit IConsortium.Voted(0, 1);
        IConsortium.Proofs memory proofs = membership("New", accountsOf(9));
        vm.prank(owner(1));
        vm.assertEq(consortium.proposeAdmission("New", accountsOf(9), proofs), 0);

        // half is no majority
        vote(2, 0);
        requireRole(owner(9), 0, IConsortium.Role.None);

        vm.expectEmit(address(consortium));
        emit IConsortium.Voted(0, 4);
        vm.expectEmit(address(consortium));
        emit IConsortium.OperatorAdmitted(5, "New", owner(9), oracle(9), meter(9));
        vote(4, 0);
        requireRole(owner(9), 5, IConsortium.Role.Owner);
        requireRole(oracle(9), 5, IConsortium.Role.Oracle);
        requireRole(meter(9), 5, IConsortium.Role.Meter);
        vm.assertEq(consortium.members(), uint256(5) << 248 | 0x0504030201);
        vm.assertEq(consortium.nameOf(5), "New");
    }

    function test_admission_refusesStrangersAndHotAccounts() public {
        address[3] memory accounts = [STRANGER, oracle(1), meter(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IConsortium.NotAnOwner.selector, accounts[i]));
            vm.prank(accounts[i]);
            consortium.proposeAdmission("New", accountsOf(9), IConsortium.Proofs("", "", ""));
        }
    }

    function test_admission_refusesBadNames() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameLength.selector, 0, 64));
        proposeAdmission(1, "", accountsOf(9));
        string memory name = "0123456789012345678901234567890123456789012345678901234567890123";
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameLength.selector, 65, 64));
        proposeAdmission(1, string.concat(name, "4"), accountsOf(9));
        proposeAdmission(1, name, accountsOf(9));
    }

    function test_admission_refusesAccountsInUse() public {
        expectInUse(IConsortium.Accounts(address(0), oracle(9), meter(9)), address(0));
        expectInUse(IConsortium.Accounts(owner(9), meter(2), meter(9)), meter(2));
        expectInUse(IConsortium.Accounts(owner(9), oracle(9), owner(1)), owner(1));
        expectInUse(IConsortium.Accounts(owner(9), owner(9), meter(9)), owner(9));
        expectInUse(IConsortium.Accounts(owner(9), oracle(9), owner(9)), owner(9));
        expectInUse(IConsortium.Accounts(owner(9), oracle(9), oracle(9)), oracle(9));
    }

    /// Two proposals for the same accounts: the first one carried out counts, the other ends without effect.
    function test_admission_ofAccountsTakenMeanwhileDoesNothing() public {
        proposeAdmission(1, "New", accountsOf(9));
        // one account is enough
        proposeAdmission(2, "Newer", IConsortium.Accounts(owner(8), meter(9), meter(8)));
        vote(2, 0);
        vote(3, 0);
        vote(1, 1);
        vote(3, 1);
        // 3 of 5
        vm.assertEq(consortium.members(), uint256(5) << 248 | 0x0504030201);
        requireRole(meter(9), 5, IConsortium.Role.Meter);
        requireRole(owner(8), 0, IConsortium.Role.None);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.ProposalDone.selector, 1));
        vote(4, 1);
        // and keeps nobody's accounts
        changeAccounts(4, oracle(4), owner(8));
    }

    /// Naming a candidate's accounts in a proposal of one's own keeps it out no more than taking them.
    function test_admission_isNotBlockedByAnotherProposal() public {
        proposeAdmission(4, "Mine", accountsOf(9));
        proposeAdmission(1, "New", accountsOf(9));
        vote(2, 1);
        vote(3, 1);
        requireRole(owner(9), 5, IConsortium.Role.Owner);
        vm.assertEq(consortium.nameOf(5), "New");
        // nor does it keep the new member from changing one of them
        bytes memory proof = hotAccount(meter(8), 5, oracle(9), meter(8));
        vm.prank(owner(9));
        consortium.changeAccounts(oracle(9), meter(8), "", proof);
        requireRole(oracle(9), 5, IConsortium.Role.Oracle);
        requireRole(meter(8), 5, IConsortium.Role.Meter);
    }

    function test_exclusion_needsAMajorityAndEndsAllRoles() public {
        vm.expectEmit(address(consortium));
        emit IConsortium.Proposed(0, IConsortium.Kind.Exclusion, 1, 2, "Operator B", uint64(block.timestamp) + 30 days);
        vm.prank(owner(1));
        consortium.proposeExclusion(2);
        vote(3, 0);
        vm.expectEmit(address(consortium));
        emit IConsortium.OperatorExcluded(2);
        vote(4, 0);

        vm.assertEq(consortium.members(), uint256(3) << 248 | 0x040301);
        requireRole(owner(2), 0, IConsortium.Role.None);
        requireRole(oracle(2), 0, IConsortium.Role.None);
        requireRole(meter(2), 0, IConsortium.Role.None);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NotAnOwner.selector, owner(2)));
        vm.prank(owner(2));
        consortium.proposeExclusion(1);
    }

    function test_exclusion_refusesWhoIsNoMember() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.UnknownOperator.selector, 5));
        vm.prank(owner(1));
        consortium.proposeExclusion(5);
    }

    function test_exclusion_leavesTheLastOperator() public {
        deployNetwork(1);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.LastOperator.selector, 1));
        vm.prank(owner(1));
        consortium.proposeExclusion(1);
    }

    function test_exclusion_twiceDoesNothingTheSecondTime() public {
        proposeExclusion(1, 2);
        proposeExclusion(3, 2);
        vote(3, 0);
        vote(4, 0);
        vote(1, 1);
        vm.assertEq(consortium.members(), uint256(3) << 248 | 0x040301);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.ProposalDone.selector, 1));
        vote(4, 1);
    }

    function test_exclusion_cancelsEarlierVotes() public {
        proposeAdmission(2, "New", accountsOf(9));
        exclude(2);
        vote(1, 0);
        // 1 of 3, as operator 2 does not count any more
        requireRole(owner(9), 0, IConsortium.Role.None);
        vote(3, 0);
        requireRole(owner(9), 5, IConsortium.Role.Owner);
    }

    function test_vote_refusesTwice() public {
        proposeAdmission(1, "New", accountsOf(9));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.AlreadyVoted.selector, 0, 1));
        vote(1, 0);
    }

    function test_vote_refusesStrangers() public {
        proposeAdmission(1, "New", accountsOf(9));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NotAnOwner.selector, STRANGER));
        vm.prank(STRANGER);
        consortium.vote(0);
    }

    function test_vote_refusesUnknownProposals() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.UnknownProposal.selector, 0));
        vote(1, 0);
    }

    function test_vote_refusesWhatIsDone() public {
        exclude(2);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.ProposalDone.selector, 0));
        vote(1, 0);
    }

    /// Ids go up to 60 over the life of a network, and are never given twice.
    function test_ids_areNeverGivenTwice() public {
        deployNetwork(1);
        for (uint8 id = 2; id <= 60; ++id) {
            proposeAdmission(1, "New", accountsOf(9));
            requireRole(owner(9), id, IConsortium.Role.Owner);
            proposeExclusion(1, id);
            vm.prank(owner(9));
            consortium.vote(2 * uint256(id) - 3);
            vm.assertEq(consortium.members(), uint256(1) << 248 | 1);
        }
        vm.expectRevert(abi.encodeWithSelector(IConsortium.TooManyOperators.selector, 60));
        proposeAdmission(1, "New", accountsOf(9));
    }

    function test_changeAccounts_replacesTheHotOnes() public {
        vm.expectEmit(address(consortium));
        emit IConsortium.AccountsChanged(2, oracle(9), meter(9));
        changeAccounts(2, oracle(9), meter(9));
        requireRole(oracle(2), 0, IConsortium.Role.None);
        requireRole(meter(2), 0, IConsortium.Role.None);
        requireRole(oracle(9), 2, IConsortium.Role.Oracle);
        requireRole(meter(9), 2, IConsortium.Role.Meter);
        vm.assertEq(
            abi.encode(consortium.accountsOf(2)), abi.encode(IConsortium.Accounts(owner(2), oracle(9), meter(9)))
        );
    }

    function test_changeAccounts_mayKeepOrSwapThem() public {
        changeAccounts(2, oracle(2), meter(9));
        requireRole(oracle(2), 2, IConsortium.Role.Oracle);
        changeAccounts(2, meter(9), oracle(2));
        requireRole(oracle(2), 2, IConsortium.Role.Meter);
        requireRole(meter(9), 2, IConsortium.Role.Oracle);
    }

    function test_changeAccounts_refusesAccountsInUse() public {
        address[4] memory taken = [address(0), owner(2), oracle(1), meter(9)];
        for (uint256 i = 0; i < taken.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IConsortium.AccountInUse.selector, taken[i]));
            changeAccounts(2, i == 3 ? meter(9) : oracle(9), taken[i]);
        }
    }

    /// Who sees a candidate's or another member's next accounts in the pool cannot take them first.
    function test_attack_memberCannotTakeAnotherOnesNextAccount() public {
        address[3] memory seen = [owner(9), oracle(9), meter(9)];
        for (uint256 i = 0; i < seen.length; ++i) {
            // what the account signed for somebody else proves nothing
            bytes memory proof = hotAccount(seen[i], 2, seen[i], meter(4));
            vm.expectRevert(abi.encodeWithSelector(IConsortium.BadProof.selector, seen[i]));
            vm.prank(owner(4));
            consortium.changeAccounts(seen[i], meter(4), proof, "");
            vm.expectRevert(abi.encodeWithSelector(IConsortium.BadProof.selector, seen[i]));
            vm.prank(owner(4));
            consortium.changeAccounts(oracle(4), seen[i], "", "");
        }
        changeAccounts(2, oracle(9), meter(9));
        requireRole(oracle(9), 2, IConsortium.Role.Oracle);
    }

    function test_attack_memberCannotNameOthersAccountsInAProposal() public {
        IConsortium.Accounts memory a = accountsOf(9);
        address[3] memory seen = [a.owner, a.oracle, a.meter];
        for (uint256 i = 0; i < 3; ++i) {
            IConsortium.Proofs memory proofs = membership("New", a);
            // signed for another name
            if (i == 0) proofs.owner = membership("Newer", a).owner;
            if (i == 1) proofs.oracle = "";
            if (i == 2) proofs.meter = proofs.owner;
            vm.expectRevert(abi.encodeWithSelector(IConsortium.BadProof.selector, seen[i]));
            vm.prank(owner(4));
            consortium.proposeAdmission("New", a, proofs);
        }
    }

    function test_attack_proposalsEnd() public {
        proposeAdmission(1, "New", accountsOf(9));
        uint64 expires = uint64(block.timestamp) + 30 days;
        vm.warp(expires);
        vote(2, 0);
        vm.warp(expires + 1);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.ProposalExpired.selector, 0, expires));
        vote(3, 0);
    }

    function test_attack_memberHasFewOpenProposals() public {
        for (uint256 i = 0; i < 8; ++i) {
            proposeExclusion(1, 2);
        }
        bytes memory refusal_ = abi.encodeWithSelector(IConsortium.TooManyProposals.selector, 1, 8);
        vm.expectRevert(refusal_);
        proposeExclusion(1, 2);
        proposeExclusion(3, 4);
        // what is done makes room, and so does what has ended
        vote(3, 0);
        vote(4, 0);
        proposeExclusion(1, 3);
        vm.expectRevert(refusal_);
        proposeExclusion(1, 3);
        vm.warp(block.timestamp + 30 days + 1);
        for (uint256 i = 0; i < 8; ++i) {
            proposeExclusion(1, 3);
        }
    }

    function test_attack_nameCannotForgeATerminalOrLookLikeAnother() public {
        bytes[20] memory bad = [
            bytes(hex"411b5b"),
            hex"410a",
            hex"417f",
            hex"41c29b",
            hex"41e2808b",
            hex"41e2808f",
            hex"41e280a8",
            hex"41e280ae",
            hex"41e281a0",
            hex"41e281a9",
            hex"41efbbbf",
            // not UTF-8: a lone byte, an overlong ESC, a surrogate, beyond Unicode, cut off
            hex"419b42",
            hex"41c09b",
            hex"41eda080",
            hex"41f4908080",
            hex"41e282",
            // cannot be seen
            hex"41c2ad",
            hex"41d89c",
            hex"41f3a08081",
            hex"412020"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            uint256 index = i == bad.length - 1 ? 2 : 1;
            vm.expectRevert(abi.encodeWithSelector(IConsortium.NameCharacter.selector, index));
            proposeAdmission(1, string(bad[i]), accountsOf(9));
        }
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameCharacter.selector, 10));
        proposeAdmission(1, "Operator B ", accountsOf(9));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameInUse.selector, 2));
        proposeAdmission(1, "Operator B", accountsOf(9));
        proposeAdmission(1, unicode"Größe 東京 ⚡🚗", accountsOf(9));
        // of who is gone it is free
        exclude(2);
        proposeAdmission(1, "Operator B", accountsOf(9));
    }

    function test_attack_founderCannotBearABadName() public {
        string[] memory names = new string[](2);
        (names[0], names[1]) = ("A", unicode"A\u202e");
        bytes memory code = consortiumCode(parameters(), names, founders(2));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameCharacter.selector, 1));
        create(code);
        names[1] = "A";
        code = consortiumCode(parameters(), names, founders(2));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameInUse.selector, 1));
        create(code);
    }

    function test_changeAccounts_refusesHotAccounts() public {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NotAnOwner.selector, oracle(2)));
        vm.prank(oracle(2));
        consortium.changeAccounts(oracle(9), meter(9), "", "");
    }

    function expectBadParameters(IConsortium.Parameters memory p, uint256 names, uint256 accounts) private {
        bytes memory code = consortiumCode(p, new string[](names), founders(accounts));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.BadParameters.selector));
        create(code);
    }

    function expectInUse(IConsortium.Accounts memory accounts, address account) private {
        vm.expectRevert(abi.encodeWithSelector(IConsortium.AccountInUse.selector, account));
        proposeAdmission(1, "New", accounts);
    }

    function consortiumCode(
        IConsortium.Parameters memory p,
        string[] memory names,
        IConsortium.Accounts[] memory accounts
    ) private view returns (bytes memory) {
        return creationCode("Consortium", abi.encode(p, names, accounts));
    }

    function founders(uint256 count) private view returns (IConsortium.Accounts[] memory all) {
        all = new IConsortium.Accounts[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i] = accountsOf(uint8(i + 1));
        }
    }

    function proposeAdmission(uint8 by, string memory name, IConsortium.Accounts memory accounts) private {
        IConsortium.Proofs memory proofs = membership(name, accounts);
        vm.prank(owner(by));
        consortium.proposeAdmission(name, accounts, proofs);
    }

    function proposeExclusion(uint8 by, uint8 operator) private {
        vm.prank(owner(by));
        consortium.proposeExclusion(operator);
    }

    function vote(uint8 operator, uint256 proposal) private {
        vm.prank(owner(operator));
        consortium.vote(proposal);
    }

    function changeAccounts(uint8 operator, address newOracle, address newMeter) private {
        bytes memory oracleProof = hotAccount(newOracle, operator, newOracle, newMeter);
        bytes memory meterProof = hotAccount(newMeter, operator, newOracle, newMeter);
        vm.prank(owner(operator));
        consortium.changeAccounts(newOracle, newMeter, oracleProof, meterProof);
    }

    function requireRole(address account, uint8 operator, IConsortium.Role role) private view {
        (uint8 actualOperator, IConsortium.Role actualRole) = consortium.roleOf(account);
        vm.assertEq(actualOperator, operator);
        vm.assertEq(uint256(actualRole), uint256(role));
    }

    function requireOracle(address account, uint8 operator) private view {
        (uint8 actual, uint256 members) = consortium.oracleOf(account);
        vm.assertEq(actual, operator);
        vm.assertEq(members, consortium.members());
    }
}
