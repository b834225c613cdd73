package org.chargeproof.network;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/** Contracts that do nothing but use up gas, each in another way; all run until none is left. */
public final class Bytecode {
    private static final String G1 = word(1) + word(2);
    private static final String G2 = word("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2")
            + word("1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed")
            + word("090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b")
            + word("12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
    private static final String INFINITY = "c0" + "00".repeat(47);
    private static final int MODULUS_BYTES = 32;
    private static final int HASHED_BYTES = 32_768;
    private static final int BLAKE_ROUNDS = 100_000;

    /**
     * A contract and what to call it with.
     *
     * @param runtime its code, hex without 0x
     * @param input hex without 0x
     */
    public record Load(String runtime, String input) {}

    private Bytecode() {}

    /** All of them by what they use. */
    public static Map<String, Load> all() {
        var all = new LinkedHashMap<String, Load>();
        all.put("endless loop", new Load("5b600056", ""));
        all.put("JUMPDEST only", new Load("5b".repeat(20_000) + "600056", ""));
        // MULMOD of full words, the dearest arithmetic for its gas but for EXP
        all.put("MULMOD", new Load("5b600119600219600319" + "09" + "50600056", ""));
        all.put("EXP", new Load("5b600019600319" + "0a" + "50600056", ""));
        all.put("KECCAK256 of 128 KiB", new Load("5b62020000600020" + "50600056", ""));
        all.put("KECCAK256 of a word", new Load("5b6020600020" + "50600056", ""));
        all.put("MCOPY of 128 KiB", new Load("5b62020000600060205e" + "600056", ""));
        all.put("LOG0 of 4 KiB", new Load("5b6110006000a0" + "600056", ""));
        all.put("SSTORE of new words", new Load(SSTORE, ""));
        all.put("SLOAD of cold words", new Load("4260801b5b60010180545060045600", ""));
        all.put("BALANCE of cold accounts", new Load("4260801b5b60010180315060045600", ""));
        all.put("CREATE of empty contracts", new Load("5b600060006000f050600056", ""));
        all.put("ecrecover", new Load(calling(1), signature()));
        all.put("SHA-256", new Load(calling(2), "5a".repeat(HASHED_BYTES)));
        all.put("RIPEMD-160", new Load(calling(3), "5a".repeat(HASHED_BYTES)));
        all.put("identity", new Load(calling(4), "5a".repeat(HASHED_BYTES)));
        for (int bytes : new int[] {8, MODULUS_BYTES, 256}) {
            all.put("modexp of " + bytes + " bytes", new Load(calling(5), modexp(bytes)));
        }
        all.put("ecadd", new Load(calling(6), G1 + G1));
        all.put("ecmul", new Load(calling(7), G1 + "ff".repeat(32)));
        all.put("ecpairing of 1", new Load(calling(8), G1 + G2));
        all.put("ecpairing of 20", new Load(calling(8), (G1 + G2).repeat(20)));
        all.put("blake2f", new Load(calling(9), "%08x".formatted(BLAKE_ROUNDS) + "5a".repeat(208) + "01"));
        all.put("KZG point evaluation", new Load(calling(10), kzg()));
        return all;
    }

    /** Writes a word after the other that was never written. */
    public static final String SSTORE = "4260801b5b60010180805560045600";

    /** What to deploy a contract with: hex without 0x. */
    public static String creation(String runtime) {
        return "61%04x80600a3d393df3".formatted(runtime.length() / 2) + runtime;
    }

    /** Calls a precompiled contract again and again with what it was called with itself. */
    private static String calling(int precompiled) {
        return "3660006000375b600060003660006" + "0%02x5afa50600656".formatted(precompiled);
    }

    private static String signature() {
        byte[] hash = Hash.sha3("x".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        var signed = Sign.signMessage(hash, Credentials.create("01".repeat(32)).getEcKeyPair(), false);
        return Numeric.toHexStringNoPrefix(hash)
                + word(Numeric.toHexStringNoPrefix(signed.getV()))
                + word(Numeric.toHexStringNoPrefix(signed.getR()))
                + word(Numeric.toHexStringNoPrefix(signed.getS()));
    }

    /** An exponent of 32 bytes, all ones; an even modulus, which is the slower kind. */
    private static String modexp(int bytes) {
        return word(bytes) + word(32) + word(bytes) + "fe".repeat(bytes) + "ff".repeat(32) + "fe".repeat(bytes);
    }

    /** That the polynomial 0 is 0 at 1. */
    private static String kzg() {
        String hash = Numeric.toHexStringNoPrefix(Hash.sha256(Numeric.hexStringToByteArray(INFINITY)));
        return "01" + hash.substring(2) + word(1) + word(0) + INFINITY + INFINITY;
    }

    private static String word(long value) {
        return word(BigInteger.valueOf(value).toString(16));
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }
}
