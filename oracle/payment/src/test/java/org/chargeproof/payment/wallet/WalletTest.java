package org.chargeproof.payment.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.MnemonicUtils;

class WalletTest {
    private static final String KNOWN = "test test test test test test test test test test test junk";
    /** Quick, and as weak as that. */
    private static final int N = 1 << 12;

    private static final int HARDENED = Bip32ECKeyPair.HARDENED_BIT;

    @TempDir
    private Path temporary;

    /** Of the vectors that BIP-39 links to, with the passphrase TREZOR. */
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000000000,abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about,c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f,legal winner thank year wave sausage worth useful legal winner thank yellow,2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
        "ffffffffffffffffffffffffffffffff,zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong,ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332572917f0f8e5a589620c6f15b11c61dee327651a14c34e18231052e48c069"
    })
    void wordsAreThoseOfBip39(String entropy, String words, String seed) {
        assertThat(MnemonicUtils.generateMnemonic(Bytes.fromHexString(entropy).toArray()))
                .isEqualTo(words);
        assertThat(Words.parse("  " + words.toUpperCase(java.util.Locale.ROOT).replace(" ", "  ")))
                .isEqualTo(words);
        assertThat(Bytes.wrap(MnemonicUtils.generateSeed(words, "TREZOR")).toUnprefixedHexString())
                .isEqualTo(seed);
    }

    /** Of test vectors 1 and 4 of BIP-32: the private keys; the latter has zeros in front. */
    @Test
    void keysAreThoseOfBip32() {
        var first = Bip32ECKeyPair.generateKeyPair(
                Bytes.fromHexString("000102030405060708090a0b0c0d0e0f").toArray());
        assertThat(hex(first)).isEqualTo("e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
        assertThat(hex(Derivation.derive(first, HARDENED)))
                .isEqualTo("edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea");
        assertThat(hex(Derivation.derive(first, HARDENED, 1, 2 | HARDENED, 2, 1_000_000_000)))
                .isEqualTo("471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8");
        var fourth = Bip32ECKeyPair.generateKeyPair(
                Bytes.fromHexString("3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678")
                        .toArray());
        assertThat(hex(Derivation.derive(fourth, HARDENED, 1 | HARDENED)))
                .isEqualTo("3a2086edd7d9df86c3487a5905a1712a9aa664bce8cc268141e07549eaa8661d");
    }

    /** The account that every wallet shows for these words. */
    @Test
    void thePayerIsWhatOtherWalletsShow() {
        assertThat(Derivation.of(KNOWN).payer().getAddress()).isEqualTo("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    }

    @Test
    void allAccountsDiffer() {
        var derivation = Derivation.of(KNOWN);
        var addresses = new HashSet<>(
                Set.of(derivation.payer().getAddress(), derivation.voucherKey().getAddress()));
        IntStream.range(0, 50).forEach(i -> addresses.add(derivation.session(i).getAddress()));
        assertThat(addresses).hasSize(52);
        assertThat(derivation.session(0).getAddress()).isEqualTo("0x5d2d1735e986a9e0fcbc75de222d55d3d3b4d272");
        assertThatThrownBy(() -> derivation.session(-1)).isInstanceOf(BadInputException.class);
    }

    @Test
    void givesNoAccountTwice() {
        Path folder = temporary.resolve("wallet");
        var given = new HashSet<String>();
        try (var wallet = Wallet.write(folder, KNOWN, "secret", N)) {
            given.add(wallet.nextSession().credentials().getAddress());
            wallet.nextSessions(9).forEach(a -> given.add(a.credentials().getAddress()));
            assertThatThrownBy(() -> Wallet.open(folder, "secret"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("in use");
        }
        try (var wallet = Wallet.open(folder, "secret")) {
            assertThat(wallet.words()).isEqualTo(KNOWN);
            assertThat(wallet.sessions()).isEqualTo(10);
            given.add(wallet.nextSession().credentials().getAddress());
            assertThat(given).hasSize(11);
            assertThatThrownBy(() -> wallet.nextSessions(1_001)).isInstanceOf(BadInputException.class);
        }
    }

    @Test
    void findsWhatWasUsedWithGaps() {
        var derivation = Derivation.of(KNOWN);
        var used = new HashSet<String>();
        for (int number : new int[] {0, 3, 99, 180}) {
            used.add(derivation.session(number).getAddress());
        }
        try (var wallet = Wallet.write(temporary.resolve("restored"), Words.parse(KNOWN), "secret", N)) {
            assertThat(wallet.findUsed(used::contains)).isEqualTo(4);
            assertThat(wallet.nextSession().number()).isEqualTo(181);
            assertThat(wallet.findUsed(address -> false)).isZero();
            assertThat(wallet.sessions()).isEqualTo(182);
        }
    }

    @Test
    void isEncryptedAndItsOwnersAlone() throws Exception {
        Path folder = temporary.resolve("wallet");
        Wallet.write(folder, KNOWN, "secret", N).close();
        Path file = folder.resolve("wallet.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(Files.readString(file)).doesNotContain("junk");
        assertThatThrownBy(() -> Wallet.open(folder, "Secret"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not open");
        assertThatThrownBy(() -> Wallet.write(folder, KNOWN, "secret", N)).hasMessageContaining("never overwritten");
        assertThatThrownBy(() -> Wallet.open(temporary.resolve("none"), "secret"))
                .hasMessageContaining("no wallet");
        String json = Files.readString(file);
        for (String changed : List.of(
                json.replace("4096", "8192"),
                json.replace("4096", "1073741824"),
                json.replace("wallet/1", "wallet/2"),
                json.replaceAll("\"nonce\" : \"..", "\"nonce\" : \"AB"),
                json.substring(0, 40),
                "null",
                "x".repeat(5_000))) {
            Files.writeString(file, changed);
            assertThatThrownBy(() -> Wallet.open(folder, "secret")).isInstanceOf(BadInputException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abandon abandon,these are 2",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon,does not go with the others",
        "abandn abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about,word 1 is 'abandn'"
    })
    void refusesWhatAreNoWords(String words, String why) {
        assertThatThrownBy(() -> Words.parse(words))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(why);
    }

    @Test
    void newWordsAreWords() {
        assertThat(Words.parse(Words.random())).isNotEqualTo(Words.parse(Words.random()));
    }

    private static String hex(Bip32ECKeyPair pair) {
        var credentials = Credentials.create(pair);
        return Bytes.fromHexString(org.web3j.utils.Numeric.toHexStringWithPrefixZeroPadded(
                        new BigInteger(
                                1, credentials.getEcKeyPair().getPrivateKey().toByteArray()),
                        64))
                .toUnprefixedHexString();
    }
}
