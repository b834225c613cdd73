// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAlgorithmRegistry} from "../src/IAlgorithmRegistry.sol";
import {IChannels} from "../src/IChannels.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {IEuro} from "../src/IEuro.sol";
import {IFlexibilityToken} from "../src/IFlexibilityToken.sol";
import {IMeters} from "../src/IMeters.sol";
import {ISettlement} from "../src/ISettlement.sol";
import {Network} from "./Network.sol";

/// @title A network that bills and pays, with one provider without charge points
abstract contract Market is Network {
    uint16 internal constant SETTLEMENT_TIMESTEPS = 4;
    uint16 internal constant GRACE_TIMESTEPS = 4;
    /// First timestep of a settlement.
    uint32 internal constant S = FIRST_TIMESTEP + 4;
    uint8 internal constant PROVIDER = 61;
    uint64 internal constant EUR = 1_000_000;
    bytes internal constant VALUATION = "a jar that computes bills";

    /// Keys of the provider and of wallets, among those of drivers.
    uint256 internal constant PROVIDER_OWNER = 0x40000 + 50;
    uint256 internal constant PROVIDER_DESK = 0x40000 + 51;
    uint256 internal constant HOT = 0x40000 + 52;
    uint256 internal constant ISSUER = 0x40000 + 53;

    struct BillData {
        uint32 session;
        address account;
        uint8 provider;
        uint8 operator;
        uint64 compensation;
        uint64 tokens;
    }

    struct Posted {
        ISettlement.Statement statement;
        bytes sums;
    }

    IEuro internal euro;
    IFlexibilityToken internal flexibility;
    IAlgorithmRegistry internal valuations;
    ISettlement internal settlement;
    IChannels internal channels;
    IMeters internal meters;

    function deployMarketOf(IConsortium network) internal override returns (IConsortium.Market memory) {
        bytes memory c = abi.encode(network);
        euro = IEuro(deploy("Euro", c));
        flexibility = IFlexibilityToken(deploy("FlexibilityToken", c));
        valuations = IAlgorithmRegistry(deploy("AlgorithmRegistry", c));
        IConsortium.Terms memory terms = IConsortium.Terms(SETTLEMENT_TIMESTEPS, GRACE_TIMESTEPS, 1_000, 1_000_000);
        settlement = ISettlement(deploy("Settlement", abi.encode(network, valuations, euro, flexibility, terms)));
        channels = IChannels(deploy("Channels", abi.encode(network, plans, settlement, euro)));
        meters = IMeters(deploy("Meters", abi.encode(network, assets)));
        return market();
    }

    function deployMarket(uint256 operators) internal {
        deployNetwork(operators);
        bytes32 id = sha256(VALUATION);
        vm.prank(owner(1));
        valuations.start(id, uint32(VALUATION.length), "bills");
        vm.prank(owner(1));
        valuations.store(id, 0, VALUATION);
        vm.prank(owner(1));
        valuations.seal(id);
        for (uint8 i = 1; i <= operators && valuations.algorithmAt(S) == 0; ++i) {
            vm.prank(owner(i));
            valuations.approve(id, FIRST_TIMESTEP + 2);
        }
    }

    function market() internal view returns (IConsortium.Market memory) {
        return IConsortium.Market(
            address(euro),
            address(flexibility),
            address(settlement),
            address(channels),
            address(meters),
            address(valuations)
        );
    }

    function propose(string memory name, uint256 ownerKey, uint256 deskKey) internal returns (uint256) {
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Provider(string name,address owner,address desk)"),
                keccak256(bytes(name)),
                vm.addr(ownerKey),
                vm.addr(deskKey)
            )
        );
        bytes memory ownerProof = signature(ownerKey, address(consortium), hash);
        bytes memory deskProof = signature(deskKey, address(consortium), hash);
        vm.prank(owner(1));
        return consortium.proposeProvider(name, vm.addr(ownerKey), vm.addr(deskKey), ownerProof, deskProof);
    }

    /// Lets a majority vote for a proposal of member 1.
    function agree(uint256 proposal) internal {
        uint256 n = consortium.members() >> 248;
        for (uint8 i = 2; i <= n / 2 + 1; ++i) {
            vm.prank(owner(i));
            consortium.vote(proposal);
        }
    }

    function admitProvider() internal {
        agree(propose("Provider", PROVIDER_OWNER, PROVIDER_DESK));
    }

    function setCap(address issuer, uint64 microEuro) internal {
        vm.prank(owner(1));
        agree(consortium.proposeIssuerCap(issuer, microEuro));
    }

    function issue(address to, uint256 microEuro, bytes32 bankReference) internal {
        vm.prank(vm.addr(ISSUER));
        euro.issue(to, microEuro, bankReference);
    }

    /// Gives euros to an account and lets a contract take them.
    function fund(address account, address spender, uint64 microEuro) internal {
        setCap(vm.addr(ISSUER), type(uint64).max);
        issue(account, microEuro, keccak256(abi.encode(account, microEuro, block.timestamp)));
        vm.prank(account);
        euro.approve(spender, microEuro);
    }

    function bill(BillData memory b) internal pure returns (bytes memory) {
        return bytes.concat(
            abi.encodePacked("CPB1", b.session, b.account, b.provider, b.operator),
            new bytes(106),
            abi.encodePacked(b.compensation, b.tokens),
            new bytes(32)
        );
    }

    function sum(uint8 provider, uint8 operator, uint64 owed, uint64 charged, uint64 compensation)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(provider, operator, owed, charged, compensation);
    }

    /// The root over leaves (RFC 6962, 2.1).
    function rootOf(bytes[] memory leaves, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (to == from) return sha256("");
        if (to - from == 1) return sha256(abi.encodePacked(uint8(0), leaves[from]));
        uint256 split = 1;
        while (2 * split < to - from) split *= 2;
        return sha256(abi.encodePacked(uint8(1), rootOf(leaves, from, from + split), rootOf(leaves, from + split, to)));
    }

    /// The path of a leaf (RFC 6962, 2.1.1).
    function pathOf(bytes[] memory leaves, uint256 from, uint256 to, uint256 index)
        internal
        pure
        returns (bytes32[] memory path)
    {
        if (to - from <= 1) return new bytes32[](0);
        uint256 split = 1;
        while (2 * split < to - from) split *= 2;
        bool left = index < from + split;
        bytes32[] memory below =
            left ? pathOf(leaves, from, from + split, index) : pathOf(leaves, from + split, to, index);
        path = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; ++i) {
            path[i] = below[i];
        }
        path[below.length] = left ? rootOf(leaves, from + split, to) : rootOf(leaves, from, from + split);
    }

    function statementOf(uint32 timestep, bytes[] memory bills, uint64 tokens)
        internal
        view
        returns (ISettlement.Statement memory)
    {
        return ISettlement.Statement({
            timestep: timestep,
            snapshotBlock: uint64(block.number - 1),
            valuation: sha256(VALUATION),
            billsRoot: rootOf(bills, 0, bills.length),
            bills: uint32(bills.length),
            tokens: tokens
        });
    }

    function post(uint8 operator, Posted memory p) internal {
        vm.prank(oracle(operator));
        settlement.post(p.statement, p.sums);
    }

    function attest(uint8 operator, uint8 candidate, Posted memory p) internal {
        bytes32 digest = settlement.digestOf(p.statement);
        vm.prank(oracle(operator));
        settlement.attest(p.statement.timestep, candidate, digest, p.sums);
    }

    /// Posts and attests until it is final, in the last second of its first timestep, by four members.
    function settle(Posted memory p) internal {
        warpTo(p.statement.timestep, TIMESTEP_SECONDS - 1);
        post(1, p);
        attest(2, 0, p);
        attest(3, 0, p);
    }

    function settleSums(uint32 timestep, bytes memory sums) internal {
        settle(Posted(statementOf(timestep, new bytes[](0), 0), sums));
    }

    function claimOf(uint32 timestep, bytes[] memory bills, uint256 index, address to, uint256 key)
        internal
        view
        returns (ISettlement.Claim memory)
    {
        bytes memory b = bills[index];
        uint32 session = uint32(uint8(b[4])) << 24 | uint32(uint8(b[5])) << 16 | uint32(uint8(b[6])) << 8 | uint8(b[7]);
        bytes32 hash = keccak256(abi.encode(keccak256("Claim(uint32 session,address to)"), session, to));
        return ISettlement.Claim(
            timestep,
            b,
            uint32(index),
            pathOf(bills, 0, bills.length, index),
            to,
            signature(key, address(settlement), hash)
        );
    }

    function voucher(address payer, uint8 payee, uint256 key, uint64 total)
        internal
        view
        returns (IChannels.Redemption memory)
    {
        (bytes32 id,) = channels.channelOf(payer, payee);
        IChannels.Voucher memory v = IChannels.Voucher(id, total, bytes32(uint256(1)), total, total);
        bytes32 hash = keccak256(
            abi.encode(
                keccak256(
                    "Voucher(bytes32 channel,uint64 totalMicroEuro,bytes32 lane,uint64 laneMicroEuro,uint64 laneWh)"
                ),
                v.channel,
                v.totalMicroEuro,
                v.lane,
                v.laneMicroEuro,
                v.laneWh
            )
        );
        return IChannels.Redemption(payer, payee, v, signature(key, address(channels), hash));
    }

    function redeem(IChannels.Redemption memory r) internal {
        IChannels.Redemption[] memory one = new IChannels.Redemption[](1);
        one[0] = r;
        channels.redeem(one);
    }

    function closeProof(uint256 key, bytes32 id, uint64 total) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256("Close(bytes32 channel,uint64 totalMicroEuro,uint64 until)");
        return signature(key, address(channels), keccak256(abi.encode(typeHash, id, total, type(uint64).max)));
    }

    /// Closes by both, for ever.
    function closeTogether(address payer, uint8 payee, uint64 total, bytes memory mine, bytes memory theirs) internal {
        channels.closeTogether(payer, payee, total, type(uint64).max, mine, theirs);
    }
}
