package org.chargeproof.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Hash;

class ChannelsTest {
    private static final Bytes SIGNER = Bytes.repeat((byte) 9, 20);

    private final Channels channels = new Channels();

    @Test
    void aChannelFromItsDepositToWhatIsReturned() {
        var payer = payer(1);
        assertThat(channels.of(payer, 4)).isNull();
        open(channels, payer, 4, 0, 0, 5_000_000);
        var c = channels.of(payer, 4);
        assertThat(c).isEqualTo(new Channel(payer, 4, SIGNER, 0, 0, 5_000_000, 0, 0, null, null));
        channels.apply(new LedgerEvent.VoucherAccepted(payer, 4, 700_000), 11);
        channels.apply(new LedgerEvent.Paid(payer, 4, 600_000, 600_000), 11);
        channels.apply(new LedgerEvent.Deposited(payer, 4, 5_400_000), 12);
        channels.apply(new LedgerEvent.ClosingAnnounced(payer, 4, 2_000_000, 1_900_000_000), 13);
        c = channels.of(payer, 4);
        assertThat(c.depositMicroEuro()).isEqualTo(5_400_000);
        assertThat(c.closing()).isEqualTo(new Channel.Closing(2_000_000, 1_900_000_000, 700_000));
        assertThat(c.isClosingBeaten()).isFalse();
        channels.apply(new LedgerEvent.VoucherAccepted(payer, 4, 750_000), 14);
        channels.apply(new LedgerEvent.Paid(payer, 4, 150_000, 750_000), 15);
        channels.apply(new LedgerEvent.ChannelClosed(payer, 4, 750_000, 5_250_000), 15);
        c = channels.of(payer, 4);
        assertThat(c.isClosingBeaten()).isTrue();
        assertThat(c.closed()).isEqualTo(new Channel.Closed(15, 5_250_000));
        assertThat(c.paidMicroEuro()).isEqualTo(750_000);
        assertThat(c.depositMicroEuro()).isZero();
        // what nobody can write any more
        channels.apply(new LedgerEvent.Deposited(payer, 4, 1), 16);
        assertThat(channels.of(payer, 4)).isEqualTo(c);
        open(channels, payer, 4, 0, 1, 10);
        assertThat(channels.of(payer, 4)).isEqualTo(new Channel(payer, 4, SIGNER, 0, 1, 10, 0, 0, null, null));
        assertThat(channels.of(payer, 5)).isNull();
    }

    @Test
    void hasTheIdThatVouchersName() {
        open(channels, payer(1), 200, 0, 3, 10);
        String encoded = FunctionEncoder.encodeConstructor(
                List.of(new Address(payer(1).toHexString()), new Uint8(200), new Uint32(3)));
        assertThat(channels.of(payer(1), 200).id()).isEqualTo(Bytes32.fromHexString(Hash.sha3("0x" + encoded)));
    }

    @Test
    void anAccountThatWasADriversBefore() {
        open(channels, payer(1), 4, 0, 0, 10);
        channels.apply(new LedgerEvent.ChannelClosed(payer(1), 4, 0, 10), 1);
        open(channels, payer(1), 4, 7, 1, 20);
        assertThat(channels.of(payer(1), 4).provider()).isEqualTo(7);
        channels.apply(new LedgerEvent.ChannelClosed(payer(1), 4, 0, 20), 2);
        open(channels, payer(1), 4, 0, 2, 30);
        assertThat(channels.of(payer(1), 4).depositMicroEuro()).isEqualTo(30);
    }

    /** Whoever opens many displaces those with less, and nobody's of a provider. */
    @Test
    void remembersSoMany() {
        var few = new Channels(100, 10);
        open(few, payer(9_999), 4, 3, 0, 1);
        open(few, payer(0), 4, 0, 0, 1_000);
        for (int i = 1; i <= 10_000; i++) {
            open(few, payer(i % 9_000), 5, 0, 0, 10 + i % 500);
            assertThat(few.size()).isLessThanOrEqualTo(101);
            assertThat(few.of(payer(i % 9_000), 5)).isNotNull();
        }
        assertThat(few.forgets()).isTrue();
        assertThat(few.of(payer(0), 4)).isNotNull();
        assertThat(few.of(payer(9_999), 4)).isNotNull();
        // what is said of one that is forgotten stops nobody
        few.apply(new LedgerEvent.Paid(payer(12_345), 5, 1, 1), 1);
        assertThat(few.of(payer(12_345), 5)).isNull();
        assertThat(channels.forgets()).isFalse();
    }

    private static void open(Channels channels, Bytes payer, int payee, int provider, long epoch, long microEuro) {
        channels.apply(new LedgerEvent.ChannelOpened(payer, payee, SIGNER, provider, epoch), 10);
        channels.apply(new LedgerEvent.Deposited(payer, payee, microEuro), 10);
    }

    private static Bytes payer(int n) {
        return Bytes.concatenate(Bytes.repeat((byte) 1, 16), Bytes.ofUnsignedInt(n));
    }
}
