// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {IAlgorithmRegistry} from "../src/IAlgorithmRegistry.sol";
import {ICharging} from "../src/ICharging.sol";
import {IPlans} from "../src/IPlans.sol";
import {Network} from "./Network.sol";

/// What the important operations cost as transactions of their own (21,000 gas and calldata included). The gas snapshot is of
/// the tests in this file; each of them is that one transaction, and 17,600 gas for making it (more where the data is long).
/// @dev Calls wait as the code of an address: nothing else is as cheap to get at.
abstract contract GasTest is Network {
    struct Waiting {
        address sender;
        address target;
        address data;
    }

    function waiting(address sender, address target, bytes memory data) internal returns (Waiting memory) {
        bytes memory code = abi.encodePacked(hex"61", uint16(data.length), hex"80600a3d393df3", data);
        return Waiting(sender, target, create(code));
    }

    /// @return what the transaction costs
    function send(Waiting storage w) internal returns (uint256) {
        bytes memory data = w.data.code;
        address target = w.target;
        vm.prank(w.sender);
        (bool ok,) = target.call(data);
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(ok);
        return gas;
    }
}

/// A network of four operators with warm lanes, as after its first hours, in the gate of a timestep.
abstract contract TimestepGasTest is GasTest {
    uint32 private constant LAST = K + 4;
    uint32 internal immutable POINTS;
    /// Transactions of the timestep that have gone through already.
    uint256 private immutable DONE;

    /// One post and three attestations.
    Waiting[4] internal calls;

    constructor(uint32 points, uint256 done) {
        POINTS = points;
        DONE = done;
    }

    function setUp() public {
        deployNetwork(4);
        activateAlgorithm(4);
        registerChargePoints(1, registerGroup(1, 1 << 26, 50_000), POINTS, 22_000);
        plans.prepare(type(uint256).max);
        for (uint32 k = K; k < LAST; ++k) {
            warpToGateOf(k);
            post(ranked(k, 0, 4), planOfAll(k));
        }
        warpToGateOf(LAST);
        Plan memory p = planOfAll(LAST);
        bytes memory data = abi.encodeCall(IPlans.post, (p.commitment, p.setpoints, ""));
        for (uint256 rank = 0; rank < 4; ++rank) {
            calls[rank] = waiting(oracle(ranked(LAST, rank, 4)), address(plans), data);
            bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
            data = abi.encodeCall(IPlans.attest, (LAST, 0, digest, ""));
        }
        for (uint256 i = 0; i < DONE; ++i) {
            send(calls[i]);
        }
    }

    /// A timestep may cost 250,000 gas, and 400 for each charge point.
    function requireWithinBudget() internal {
        uint256 gas;
        for (uint256 i = 0; i < 4; ++i) {
            gas += send(calls[i]);
        }
        (,, bool isFinal,) = plans.stateOf(LAST);
        vm.assertTrue(isFinal);
        vm.assertLe(gas, 250_000 + 400 * uint256(POINTS));
    }

    /// Other setpoints in each timestep, so that every word changes.
    function planOfAll(uint32 timestep) private view returns (Plan memory p) {
        p = planOf(timestep, (POINTS + 15) / 16, uint16(5_000 + timestep % 100));
        for (uint256 i = 2 * POINTS; i < p.setpoints.length; ++i) {
            p.setpoints[i] = 0;
        }
    }
}

/// forge-config: default.isolate = true
contract Post96GasTest is TimestepGasTest(96, 0) {
    function test_gas_post_96ChargePoints() public {
        send(calls[0]);
    }
}

/// forge-config: default.isolate = true
contract Post1000GasTest is TimestepGasTest(1_000, 0) {
    function test_gas_post_1000ChargePoints() public {
        send(calls[0]);
    }
}

/// forge-config: default.isolate = true
contract AttestGasTest is TimestepGasTest(96, 1) {
    function test_gas_attest() public {
        send(calls[1]);
    }
}

/// forge-config: default.isolate = true
contract FinalAttestGasTest is TimestepGasTest(96, 2) {
    function test_gas_attest_final() public {
        send(calls[2]);
    }
}

/// forge-config: default.isolate = true
contract Timestep96GasTest is TimestepGasTest(96, 0) {
    function test_gas_timestep_96ChargePoints() public {
        requireWithinBudget();
    }
}

/// forge-config: default.isolate = true
contract Timestep1000GasTest is TimestepGasTest(1_000, 0) {
    function test_gas_timestep_1000ChargePoints() public {
        requireWithinBudget();
    }
}

/// forge-config: default.isolate = true
contract ChargingGasTest is GasTest {
    Waiting private request_;
    Waiting private reservation;
    Waiting private decision;
    Waiting private meters;
    Waiting private forecast;
    Waiting private registration;
    Waiting private chunk;

    function setUp() public {
        deployNetwork(4);
        uint32 group = registerGroup(1, 1 << 20, 50_000);
        registerChargePoints(1, group, 12, 22_000);
        registerUser(1, driver(1));
        registerUser(1, driver(2));
        // not the first report, not the first session
        warpTo(K, 0);
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entries(1_000));
        request(driver(2), 11, 1_000);
        warpTo(K + 1, 0);

        request_ = waiting(
            driver(1),
            address(charging),
            abi.encodeCall(ICharging.request, (0, 10_000, 2_000, 0, uint64(block.timestamp) + 36_000, true))
        );
        uint64 arrival = uint64(block.timestamp) + 18_000;
        reservation = waiting(
            driver(1),
            address(charging),
            abi.encodeCall(ICharging.request, (0, 10_000, 2_000, arrival, arrival + 18_000, true))
        );
        decision =
            waiting(address(plans), address(charging), abi.encodeCall(ICharging.decide, (K + 2, promiseOf(1, 700))));
        meters = waiting(meter(1), address(charging), abi.encodeCall(ICharging.reportMeters, (K, entries(6_500))));
        bytes memory steps;
        for (uint32 i = 0; i < 96; ++i) {
            steps = bytes.concat(steps, abi.encodePacked(5_000 + i, 9_000 + i, 3_000 + i, uint8(i % 4)));
        }
        forecast =
            waiting(meter(1), address(charging), abi.encodeCall(ICharging.publishForecast, (group, K + 2, steps)));
        IAssetRegistry.ChargePoint[] memory all = new IAssetRegistry.ChargePoint[](12);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = chargePoint(group, 22_000);
        }
        registration = waiting(owner(1), address(assets), abi.encodeCall(IAssetRegistry.registerChargePoints, (all)));
        vm.prank(owner(1));
        algorithms.start(bytes32(uint256(1)), 16_384, "");
        bytes memory bytes_ = new bytes(16_384);
        for (uint256 i = 0; i < bytes_.length; ++i) {
            bytes_[i] = 0x11;
        }
        chunk = waiting(
            owner(1), address(algorithms), abi.encodeCall(IAlgorithmRegistry.store, (bytes32(uint256(1)), 0, bytes_))
        );
    }

    function test_gas_request() public {
        send(request_);
    }

    function test_gas_request_reservation() public {
        send(reservation);
    }

    function test_gas_decide_acceptance() public {
        send(decision);
    }

    function test_gas_reportMeters_12() public {
        send(meters);
    }

    function test_gas_publishForecast_96Steps() public {
        send(forecast);
    }

    function test_gas_registerChargePoints_12() public {
        send(registration);
    }

    function test_gas_storeAlgorithm_16KiB() public {
        send(chunk);
    }

    function entries(uint64 wh) private pure returns (bytes memory all) {
        for (uint32 i = 0; i < 12; ++i) {
            all = bytes.concat(all, abi.encodePacked(i, 100_000 * uint64(i) + wh, uint32(11_000), uint8(2)));
        }
    }
}

/// The largest calls, each of which must fit into a transaction. What they need stands ready from `setUp`.
abstract contract LargestGasTest is GasTest {
    uint256 private constant MOST_GAS = 32_000_000;

    function sendLargest(address sender, address target, bytes memory data, string memory what) internal {
        vm.prank(sender);
        (bool ok,) = target.call(data);
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(ok, what);
        vm.assertLe(gas, MOST_GAS, what);
    }

    /// A user beyond those that `driver` has.
    function user(uint256 i) internal pure returns (address) {
        return vm.addr(0x50000 + i);
    }

    /// Registers 256 users.
    function registration(uint8 operator, uint256 from) internal view returns (bytes memory) {
        address[] memory accounts = new address[](256);
        bytes[] memory proofs = new bytes[](256);
        for (uint256 i = 0; i < 256; ++i) {
            accounts[i] = user(from + i);
            proofs[i] = pseudonym(operator, 0x50000 + from + i);
        }
        return abi.encodeCall(IAssetRegistry.registerUsers, (accounts, proofs));
    }

    function fill(uint8 operator, uint32 group, uint256 number, string memory evseId) internal {
        vm.prank(owner(operator));
        assets.registerChargePoints(batch(group, number, evseId));
    }

    function batch(uint32 group, uint256 number, string memory evseId)
        internal
        pure
        returns (IAssetRegistry.ChargePoint[] memory all)
    {
        // one for all: memory is not given back
        IAssetRegistry.ChargePoint memory c = chargePoint(group, 22_000);
        c.evseId = evseId;
        all = new IAssetRegistry.ChargePoint[](number);
        for (uint256 i = 0; i < number; ++i) {
            all[i] = c;
        }
    }
}

/// The most that a post can cost: 20,000 charge points and 512 decisions, into a lane that was never written.
/// forge-config: default.isolate = true
contract FreshLaneGasTest is LargestGasTest {
    function setUp() public {
        deployNetwork(4);
        activateAlgorithm(4);
        IAssetRegistry.ChargePoint[] memory all = batch(0, 250, "NO*ABC*E1234567*1");
        for (uint8 operator = 1; operator <= 4; ++operator) {
            for (uint256 i = 0; i < 20; ++i) {
                if (i % 4 == 0) all[0].group = registerGroup(operator, 1 << 26, 0);
                vm.prank(owner(operator));
                assets.registerChargePoints(all);
            }
        }
        warpToGateOf(K);
    }

    function test_gas_post_20000ChargePointsIntoAFreshLane() public {
        Plan memory p = planOf(K, 1_250, 5_000);
        p.decisions = new bytes(17 * 512);
        for (uint256 i = 0; i < p.decisions.length; ++i) {
            p.decisions[i] = 0x11;
        }
        bytes memory data = abi.encodeCall(IPlans.post, (p.commitment, p.setpoints, p.decisions));
        sendLargest(oracle(ranked(K, 0, 4)), address(plans), data, "gas of a post into a fresh lane");
    }
}

/// The attestation that makes a plan final refuses 512 requests by another operator's users.
/// forge-config: default.isolate = true
contract FinalDecisionsGasTest is LargestGasTest {
    Plan private plan;

    function setUp() public {
        deployNetwork(4);
        activateAlgorithm(4);
        fill(1, registerGroup(1, 1 << 26, 0), 256, "NO*ABC*E1234567*1");
        fill(1, registerGroup(1, 1 << 26, 0), 256, "NO*ABC*E1234567*1");
        vm.prank(owner(1));
        assets.setRoamingShare(2, 100);
        warpTo(K - 1, 0);
        for (uint32 i = 0; i < 512; ++i) {
            if (i % 256 == 0) {
                bytes memory data = registration(2, i);
                vm.prank(meter(2));
                (bool ok,) = address(assets).call(data);
                vm.assertTrue(ok);
            }
            uint32 session = request(user(i), i, 10_000);
            plan.decisions = bytes.concat(plan.decisions, refusal(session, 5_000, K + 9, 3_000));
        }
        warpToGateOf(K);
        Plan memory p = planOf(K, 32, 5_000);
        (plan.commitment, plan.setpoints, p.decisions) = (p.commitment, p.setpoints, plan.decisions);
        post(ranked(K, 0, 4), p);
        attest(ranked(K, 1, 4), 0, p);
    }

    function test_gas_attest_final_512Refusals() public {
        bytes32 digest = plans.digestOf(plan.commitment, plan.setpoints);
        bytes memory data = abi.encodeCall(IPlans.attest, (K, 0, digest, plan.decisions));
        sendLargest(oracle(ranked(K, 2, 4)), address(plans), data, "gas of 512 refusals");
        (,, bool isFinal,) = plans.stateOf(K);
        vm.assertTrue(isFinal);
        vm.assertEq(charging.heldOf(1, 2), 0);
    }
}

/// forge-config: default.isolate = true
contract RegistrationGasTest is LargestGasTest {
    bytes private users;

    function setUp() public {
        deployNetwork(4);
        registerGroup(1, 1 << 26, 0);
        users = registration(1, 0);
    }

    function test_gas_registerUsers_256() public {
        sendLargest(meter(1), address(assets), users, "gas of 256 users");
    }

    /// With EVSE ids as they are, and with the longest ones.
    function test_gas_registerChargePoints_400() public {
        requireFits(400, "NO*ABC*E1234567*1");
    }

    function test_gas_registerChargePoints_250LongIds() public {
        requireFits(250, "NO*ABC*E1234567890123456789012345678901234567890");
    }

    function requireFits(uint256 number, string memory evseId) private {
        bytes memory data = abi.encodeCall(IAssetRegistry.registerChargePoints, (batch(0, number, evseId)));
        sendLargest(owner(1), address(assets), data, "gas of charge points");
    }
}
