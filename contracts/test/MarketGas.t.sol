// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../src/IChannels.sol";
import {ISettlement} from "../src/ISettlement.sol";
import {Market} from "./Market.sol";

/// What money costs: a settlement and its attestations, redemptions and claims, as transactions of their own. As in Gas.t.sol,
/// each test of the gas snapshot is one transaction, and what making it takes.
abstract contract MarketGas is Market {
    bytes internal data;
    address internal sender;
    address internal target;

    function send() internal {
        (bytes memory d, address t) = (data, target);
        vm.prank(sender);
        (bool ok,) = t.call(d);
        vm.assertTrue(ok);
    }
}

/// Four operators and the provider: 16 pairs, and 100 sessions.
abstract contract SettlementGas is MarketGas {
    Posted internal p;

    constructor(uint256 spoken) {
        deployMarket(4);
        admitProvider();
        bytes memory sums;
        for (uint8 provider = 1; provider <= 4; ++provider) {
            for (uint8 operator = 1; operator <= 4; ++operator) {
                if (provider != operator) sums = bytes.concat(sums, sum(provider, operator, EUR, 2 * EUR, 0));
            }
        }
        for (uint8 operator = 1; operator <= 4; ++operator) {
            sums = bytes.concat(sums, sum(PROVIDER, operator, EUR, 2 * EUR, 0));
        }
        // the sums of a settlement before are there: this one adds to them
        settleSums(S, sums);
        ISettlement.Statement memory s = statementOf(S + 4, new bytes[](0), 100);
        s.bills = 100;
        p = Posted(s, sums);
        warpTo(S + 4, TIMESTEP_SECONDS - 1);
        if (spoken > 0) post(1, p);
        for (uint8 i = 2; i <= spoken; ++i) {
            attest(i, 0, p);
        }
        sender = oracle(uint8(spoken + 1));
        target = address(settlement);
        data = spoken == 0
            ? abi.encodeCall(ISettlement.post, (p.statement, p.sums))
            : abi.encodeCall(ISettlement.attest, (S + 4, 0, settlement.digestOf(p.statement), p.sums));
    }
}

contract SettlementPostGasTest is SettlementGas(0) {
    function test_gas_settlement_post_16Pairs() public {
        send();
    }
}

contract SettlementAttestGasTest is SettlementGas(1) {
    function test_gas_settlement_attest_16Pairs() public {
        send();
    }
}

contract SettlementFinalGasTest is SettlementGas(2) {
    function test_gas_settlement_attest_final_16Pairs() public {
        send();
    }
}

contract ChannelGasTest is MarketGas {
    function setUp() public {
        deployMarket(4);
        admitProvider();
        address payer = vm.addr(PROVIDER_OWNER);
        fund(payer, address(channels), 100 * EUR);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), 50 * EUR);
        settleSums(S, sum(PROVIDER, 1, 50 * EUR, 50 * EUR, 0));
        redeem(voucher(payer, 1, HOT, EUR));
        IChannels.Redemption[] memory one = new IChannels.Redemption[](1);
        one[0] = voucher(payer, 1, HOT, 2 * EUR);
        (sender, target) = (STRANGER, address(channels));
        data = abi.encodeCall(IChannels.redeem, (one));
    }

    function test_gas_redeem() public {
        send();
    }

    function test_gas_openChannel() public {
        address payer = vm.addr(PROVIDER_OWNER);
        vm.prank(payer);
        channels.open(2, vm.addr(HOT), EUR);
    }
}

/// Ten vouchers of ten drivers in one call.
contract RedeemTenGasTest is MarketGas {
    function setUp() public {
        deployMarket(4);
        admitProvider();
        settleSums(S, sum(PROVIDER, 1, 50 * EUR, 50 * EUR, 0));
        IChannels.Redemption[] memory ten = new IChannels.Redemption[](10);
        for (uint256 i = 0; i < 10; ++i) {
            fund(driver(i), address(channels), EUR);
            vm.prank(driver(i));
            channels.open(PROVIDER, driver(i), EUR);
            redeem(voucher(driver(i), PROVIDER, 0x40000 + i, 1));
            ten[i] = voucher(driver(i), PROVIDER, 0x40000 + i, EUR / 2);
        }
        (sender, target) = (STRANGER, address(channels));
        data = abi.encodeCall(IChannels.redeem, (ten));
    }

    function test_gas_redeem_10() public {
        send();
    }
}

contract ClaimGasTest is MarketGas {
    function setUp() public {
        deployMarket(4);
        admitProvider();
        bytes[] memory bills = new bytes[](100);
        for (uint32 i = 0; i < 100; ++i) {
            bills[i] = bill(BillData(i + 1, driver(i % 40), PROVIDER, 1, 0, 10));
        }
        settle(Posted(statementOf(S, bills, 1_000), ""));
        ISettlement.Claim[] memory ten = new ISettlement.Claim[](10);
        for (uint256 i = 0; i < 10; ++i) {
            ten[i] = claimOf(S, bills, i, driver(45), 0x40000 + i);
        }
        (sender, target) = (STRANGER, address(settlement));
        data = abi.encodeCall(ISettlement.claim, (ten));
    }

    function test_gas_claim_10() public {
        send();
    }
}

contract RecordGasTest is MarketGas {
    function setUp() public {
        deployMarket(4);
        bytes memory entries;
        for (uint32 session = 1; session <= 100; ++session) {
            entries = bytes.concat(entries, abi.encodePacked(session, keccak256(abi.encode(session))));
        }
        (sender, target) = (meter(1), address(meters));
        data = abi.encodeWithSignature("record(bytes)", entries);
    }

    function test_gas_record_100() public {
        send();
    }
}
