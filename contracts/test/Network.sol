// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAlgorithmRegistry} from "../src/IAlgorithmRegistry.sol";
import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {ICharging} from "../src/ICharging.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {IPlans} from "../src/IPlans.sol";
import {Test} from "./Test.sol";

/// `link` is for who deploys, and so in no interface.
interface ILink {
    function link(
        address assets,
        address charging,
        address plans,
        address algorithms,
        IConsortium.Market calldata market
    ) external;
}

/// @title A network of some operators, with everything deployed and linked
abstract contract Network is Test {
    uint32 internal constant TIMESTEP_SECONDS = 900;
    uint32 internal constant GATE_SECONDS = 60;
    uint32 internal constant TAKEOVER_SECONDS = 5;
    uint16 internal constant STEPS_PER_HOUR = 4;
    uint32 internal constant FIRST_TIMESTEP = 2_000_000;
    /// First timestep that the algorithm of `activateAlgorithm` counts for.
    uint32 internal constant K = FIRST_TIMESTEP + 3;

    bytes internal constant JAR = "a small jar";
    address internal constant STRANGER = address(0xbad);

    struct Plan {
        IPlans.Commitment commitment;
        bytes setpoints;
        bytes decisions;
    }

    IConsortium internal consortium;
    IAssetRegistry internal assets;
    ICharging internal charging;
    IPlans internal plans;
    IAlgorithmRegistry internal algorithms;

    /// Accounts by their keys and back: deriving one costs more than most of what tests do with it.
    mapping(uint256 key => address) private _accountOf;
    mapping(address account => uint256 key) private _keyOf;

    constructor() {
        uint256[4] memory bases = [uint256(0x10000), 0x20000, 0x30000, 0x40000];
        for (uint256 b = 0; b < 4; ++b) {
            for (uint256 key = bases[b]; key < bases[b] + 64; ++key) {
                address account = vm.addr(key);
                _accountOf[key] = account;
                _keyOf[account] = key;
            }
        }
    }

    function deployNetwork(uint256 operators) internal {
        deployNetwork(operators, parameters());
    }

    function deployNetwork(uint256 operators, IConsortium.Parameters memory p) internal {
        vm.warp(uint256(FIRST_TIMESTEP) * TIMESTEP_SECONDS + 100);
        vm.roll(1000);
        string[] memory names = new string[](operators);
        IConsortium.Accounts[] memory founders = new IConsortium.Accounts[](operators);
        for (uint256 i = 0; i < operators; ++i) {
            names[i] = nameOf(uint8(i + 1));
            founders[i] = accountsOf(uint8(i + 1));
        }
        consortium = IConsortium(deploy("Consortium", abi.encode(p, names, founders)));
        assets = IAssetRegistry(deploy("AssetRegistry", abi.encode(consortium)));
        charging = ICharging(deploy("Charging", abi.encode(consortium, assets)));
        algorithms = IAlgorithmRegistry(deploy("AlgorithmRegistry", abi.encode(consortium)));
        plans = IPlans(deploy("Plans", abi.encode(consortium, assets, charging, algorithms)));
        IConsortium.Market memory m = deployMarketOf(consortium);
        ILink(address(consortium)).link(address(assets), address(charging), address(plans), address(algorithms), m);
    }

    /// The contracts that bill and pay: none, unless a test needs them.
    function deployMarketOf(IConsortium) internal virtual returns (IConsortium.Market memory) {
        return noMarket();
    }

    function noMarket() internal pure returns (IConsortium.Market memory m) {}

    function parameters() internal pure returns (IConsortium.Parameters memory) {
        return IConsortium.Parameters(TIMESTEP_SECONDS, GATE_SECONDS, TAKEOVER_SECONDS, STEPS_PER_HOUR, 2, 3);
    }

    function nameOf(uint8 operator) internal pure returns (string memory) {
        return string.concat("Operator ", string(abi.encodePacked(bytes1(64 + operator))));
    }

    function accountsOf(uint8 operator) internal view returns (IConsortium.Accounts memory) {
        return IConsortium.Accounts(owner(operator), oracle(operator), meter(operator));
    }

    function owner(uint8 operator) internal view returns (address) {
        return accountOf(0x10000 + uint256(operator));
    }

    function oracle(uint8 operator) internal view returns (address) {
        return accountOf(0x20000 + uint256(operator));
    }

    function meter(uint8 operator) internal view returns (address) {
        return accountOf(0x30000 + uint256(operator));
    }

    function driver(uint256 i) internal view returns (address) {
        return accountOf(0x40000 + i);
    }

    function accountOf(uint256 key) private view returns (address account) {
        account = _accountOf[key];
        if (account == address(0)) account = vm.addr(key);
    }

    /// The key of an account of an operator or driver, of the first 64; 0 for others.
    function keyOf(address account) internal view returns (uint256) {
        return _keyOf[account];
    }

    function signature(uint256 key, address contract_, bytes32 structHash) internal view returns (bytes memory) {
        if (key == 0) return "";
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("chargeproof"),
                keccak256("3"),
                block.chainid,
                contract_
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function membership(string memory name, IConsortium.Accounts memory a)
        internal
        view
        returns (IConsortium.Proofs memory)
    {
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Membership(string name,address owner,address oracle,address meter)"),
                keccak256(bytes(name)),
                a.owner,
                a.oracle,
                a.meter
            )
        );
        address c = address(consortium);
        return IConsortium.Proofs(
            signature(keyOf(a.owner), c, hash), signature(keyOf(a.oracle), c, hash), signature(keyOf(a.meter), c, hash)
        );
    }

    function hotAccount(address account, uint8 operator, address newOracle, address newMeter)
        internal
        view
        returns (bytes memory)
    {
        bytes32 typeHash = keccak256("HotAccounts(uint8 operator,address oracle,address meter)");
        bytes32 hash = keccak256(abi.encode(typeHash, operator, newOracle, newMeter));
        return signature(keyOf(account), address(consortium), hash);
    }

    function pseudonyms(uint8 operator, address[] memory accounts) internal view returns (bytes[] memory proofs) {
        proofs = new bytes[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            proofs[i] = pseudonym(operator, keyOf(accounts[i]));
        }
    }

    function pseudonym(uint8 operator, uint256 key) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256("Pseudonym(uint8 operator,address account)");
        address account = key == 0 ? address(0) : accountOf(key);
        return signature(key, address(assets), keccak256(abi.encode(typeHash, operator, account)));
    }

    function warpTo(uint32 timestep, uint256 second) internal {
        vm.warp(uint256(timestep) * TIMESTEP_SECONDS + second);
    }

    /// To the first second in which rank 0 may post for a timestep.
    function warpToGateOf(uint32 timestep) internal {
        warpTo(timestep - 1, TIMESTEP_SECONDS - GATE_SECONDS);
    }

    /// To the first second in which everybody may post for a timestep.
    function warpToTurnOfAll(uint32 timestep) internal {
        warpTo(timestep - 1, TIMESTEP_SECONDS - 1);
    }

    /// Stores and seals `JAR`, and lets all operators approve it from `K` on.
    function activateAlgorithm(uint256 operators) internal {
        bytes32 id = sha256(JAR);
        vm.prank(owner(1));
        algorithms.start(id, uint32(JAR.length), "planner");
        vm.prank(owner(1));
        algorithms.store(id, 0, JAR);
        vm.prank(owner(1));
        algorithms.seal(id);
        for (uint8 i = 1; i <= operators && algorithms.algorithmAt(K) == 0; ++i) {
            vm.prank(owner(i));
            algorithms.approve(id, K);
        }
    }

    function registerGroup(uint8 operator, uint32 capacityW, uint32 otherW) internal returns (uint32) {
        vm.prank(owner(operator));
        return assets.registerGroup(capacityW, otherW, 0, 0);
    }

    function registerChargePoints(uint8 operator, uint32 group, uint256 count, uint32 ratedW)
        internal
        returns (uint32)
    {
        IAssetRegistry.ChargePoint[] memory all = new IAssetRegistry.ChargePoint[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i] = chargePoint(group, ratedW);
        }
        vm.prank(owner(operator));
        return assets.registerChargePoints(all)[0];
    }

    function chargePoint(uint32 group, uint32 ratedW) internal pure returns (IAssetRegistry.ChargePoint memory) {
        return IAssetRegistry.ChargePoint({
            evseId: "NO*ABC*E1234567*1",
            latitudeE7: 607_000_000,
            longitudeE7: 110_000_000,
            ratedPowerW: ratedW,
            minPowerW: ratedW < 1_380 ? ratedW : 1_380,
            group: group,
            pricePerKWhE4: 3_000,
            vatE4: 2_100,
            connector: 1,
            operator: 0,
            removed: false
        });
    }

    function registerUser(uint8 operator, address account) internal {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        bytes[] memory proofs = pseudonyms(operator, accounts);
        vm.prank(meter(operator));
        assets.registerUsers(accounts, proofs);
    }

    /// Plugged in, takes all or nothing, and leaves in the fourth timestep from now.
    function request(address account, uint32 chargePoint_, uint32 energyWh) internal returns (uint32) {
        uint64 departure = uint64(block.timestamp) + 4 * TIMESTEP_SECONDS;
        vm.prank(account);
        return charging.request(chargePoint_, energyWh, energyWh, 0, departure, true);
    }

    function acceptance(uint32 session) internal pure returns (bytes memory) {
        return promiseOf(session, 0);
    }

    /// @param energyWh promised; 0 = all
    function promiseOf(uint32 session, uint32 energyWh) internal pure returns (bytes memory) {
        return abi.encodePacked(session, uint8(1), energyWh, uint32(0), uint32(0));
    }

    function refusal(uint32 session, uint32 energyWh, uint32 departure, uint32 powerW)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(session, uint8(2), energyWh, departure, powerW);
    }

    /// A plan for 16 setpoints a word, all of which are `wh`.
    function planOf(uint32 timestep, uint256 words, uint16 wh) internal view returns (Plan memory p) {
        p.commitment = IPlans.Commitment({
            timestep: timestep,
            snapshotBlock: uint64(block.number - 1),
            algorithm: sha256(JAR),
            inputsRoot: keccak256("inputs"),
            plansRoot: keccak256("plans"),
            setpointsRoot: keccak256(abi.encode(wh))
        });
        p.setpoints = new bytes(32 * words);
        for (uint256 i = 0; i < 16 * words; ++i) {
            setWh(p.setpoints, i, wh);
        }
    }

    function setWh(bytes memory setpoints, uint256 chargePoint_, uint16 wh) internal pure {
        setpoints[2 * chargePoint_] = bytes1(uint8((wh + 1) >> 8));
        setpoints[2 * chargePoint_ + 1] = bytes1(uint8(wh + 1));
    }

    function post(uint8 operator, Plan memory p) internal {
        vm.prank(oracle(operator));
        plans.post(p.commitment, p.setpoints, p.decisions);
    }

    function attest(uint8 operator, uint8 candidate, Plan memory p) internal {
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        vm.prank(oracle(operator));
        plans.attest(p.commitment.timestep, candidate, digest, p.decisions);
    }

    /// Excludes one of four operators by the votes of the others.
    function exclude(uint8 operator) internal {
        uint256 proposal;
        bool proposed;
        for (uint8 i = 1; i <= 4; ++i) {
            if (i == operator) continue;
            vm.prank(owner(i));
            if (proposed) consortium.vote(proposal);
            else proposal = consortium.proposeExclusion(operator);
            proposed = true;
        }
    }

    /// The operator of a rank, as long as the founders are the members.
    function ranked(uint32 timestep, uint256 rank, uint256 operators) internal pure returns (uint8) {
        return uint8((timestep + rank) % operators + 1);
    }
}
