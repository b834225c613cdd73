package org.chargeproof.payment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.web3j.crypto.Hash;

/**
 * Where vouchers are good: at one contract {@code Channels} on one chain (EIP-712). A network that is set up anew with the same chain id and
 * addresses would take old vouchers: it takes a new chain id.
 *
 * @param chainId of the chain
 * @param channels address of the contract, 0x and 40 hex digits, in lower case
 * @param separator the domain's 32 bytes
 */
public record VoucherDomain(long chainId, String channels, Bytes32 separator) {
    private static final String TYPE =
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
    private static final String NAME = "chargeproof";
    private static final String VERSION = "3";
    private static final int WORD_BYTES = 32;

    /**
     * Names the contract.
     *
     * @param channels address of the contract, 0x and 40 hex digits
     */
    public static VoucherDomain of(long chainId, String channels) {
        byte[] address = Addresses.bytes("the contract's address", channels);
        byte[] encoded = ByteBuffer.allocate(5 * WORD_BYTES)
                .put(keccak(TYPE))
                .put(keccak(NAME))
                .put(keccak(VERSION))
                .put(new byte[WORD_BYTES - Long.BYTES])
                .putLong(chainId)
                .put(new byte[WORD_BYTES - address.length])
                .put(address)
                .array();
        return new VoucherDomain(chainId, Bytes.wrap(address).toHexString(), Bytes32.wrap(Hash.sha3(encoded)));
    }

    static byte[] keccak(String text) {
        return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
    }
}
