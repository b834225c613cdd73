package org.chargeproof.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

/** {@code PaymentIT} in oracle/cli holds the same against the contract. */
class VoucherTest {
    private final Voucher voucher = new Voucher(Fixture.ID, 123_456_789_012L, Fixture.lane(7), 50_000, 139);

    @Test
    void hashesAsPublished() {
        assertThat(Fixture.ID.toHexString())
                .isEqualTo("0x4925392b17874c42e48b19944a5817aa5a79332af44945ff9bba6417c7502067");
        assertThat(Bytes.wrap(voucher.digest(Fixture.DOMAIN)).toHexString())
                .isEqualTo("0x4c14425959177bacdd02c96f5ba6956719d5af905e7bf009ca8ff5cf7b7d8d27");
        var signed = SignedVoucher.sign(voucher, Fixture.DOMAIN, Fixture.KEY);
        assertThat(signed.signatureForContract(Fixture.DOMAIN, Fixture.KEY.address())
                        .toHexString())
                .isEqualTo(
                        "0x52c4fe1f675a688c5bdc328282a953a4398c1416de8992777aaa9a155a137fb807bf0e24abd65f4bdfecbf141480a55a956e653eae6cbd279ff4b9605283f6d51b");
    }

    @Test
    void hashesAsTypedDataIs() throws Exception {
        for (long total : new long[] {0, 1, 50_000, Long.MAX_VALUE}) {
            var some = new Voucher(Fixture.ID, total, Bytes32.fromHexString("0x" + "f1".repeat(32)), total, total / 3);
            var json =
                    """
                    {"types": {
                       "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
                                        {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
                       "Voucher": [{"name": "channel", "type": "bytes32"}, {"name": "totalMicroEuro", "type": "uint64"},
                                   {"name": "lane", "type": "bytes32"}, {"name": "laneMicroEuro", "type": "uint64"},
                                   {"name": "laneWh", "type": "uint64"}]},
                     "primaryType": "Voucher",
                     "domain": {"name": "chargeproof", "version": "3", "chainId": 2018, "verifyingContract": "%s"},
                     "message": {"channel": "%s", "totalMicroEuro": "%d", "lane": "%s", "laneMicroEuro": "%d", "laneWh": "%d"}}
                    """.formatted(Fixture.DOMAIN.channels(), some.channel(), total, some.lane(), total, some.laneWh());
            assertThat(some.digest(Fixture.DOMAIN)).isEqualTo(new StructuredDataEncoder(json).hashStructuredData());
        }
    }

    @Test
    void hasAnotherDigestForEachChainContractAndField() {
        byte[] digest = voucher.digest(Fixture.DOMAIN);
        assertThat(voucher.digest(VoucherDomain.of(2019, Fixture.DOMAIN.channels())))
                .isNotEqualTo(digest);
        assertThat(voucher.digest(VoucherDomain.of(2018, "0x" + "c5".repeat(20))))
                .isNotEqualTo(digest);
        assertThat(Fixture.CHANNEL.id())
                .isNotEqualTo(new Channel(Fixture.CHANNEL.payer(), 2, 1, Fixture.CHANNEL.signer(), 1).id())
                .isNotEqualTo(new Channel(Fixture.CHANNEL.payer(), 3, 0, Fixture.CHANNEL.signer(), 1).id())
                .isEqualTo(new Channel(Fixture.CHANNEL.payer(), 2, 0, Fixture.CHANNEL.signer(), 1).id());
    }

    @Test
    void isReadAsWritten() {
        var signed = SignedVoucher.sign(voucher, Fixture.DOMAIN, Fixture.KEY);
        assertThat(signed.toBytes()).hasSize(152);
        assertThat(SignedVoucher.fromBytes(signed.toBytes())).isEqualTo(signed);
        assertThatThrownBy(() -> SignedVoucher.fromBytes(new byte[151]))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("151")
                .hasMessageContaining("152");
        byte[] negative = signed.toBytes();
        negative[32] = (byte) 0x80;
        assertThatThrownBy(() -> SignedVoucher.fromBytes(negative)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> new Voucher(Fixture.ID, 1, Fixture.lane(1), 2, 0))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void signaturesAreForTheirSignerAlone() {
        var signed = SignedVoucher.sign(voucher, Fixture.DOMAIN, Fixture.KEY);
        String other = Fixture.key("other").address();
        assertThat(signed.keyOf(Fixture.DOMAIN, other)).isNull();
        assertThatThrownBy(() -> signed.signatureForContract(Fixture.DOMAIN, other))
                .hasMessageContaining(other);
    }

    /** Bills are computed by the program on chain: the same roundings. */
    @Test
    void costsWhatBillsSay() {
        var tariff = new Tariff(3_000, 500, 2_100);
        assertThat(tariff.chargedMicroEuro(40_000)).isEqualTo(16_940_000);
        assertThat(tariff.owedMicroEuro(40_000)).isEqualTo(14_520_000);
        assertThat(new Tariff(3, 3, 1).chargedMicroEuro(9)).isEqualTo(4);
        assertThatThrownBy(() -> tariff.owedMicroEuro(-1)).isInstanceOf(BadInputException.class);
    }
}
