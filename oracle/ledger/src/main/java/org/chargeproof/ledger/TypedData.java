package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * What an account signs to show that somebody has its key (EIP-712). The contract that checks it is named in it, so that it is good for no
 * other one, and on no other chain.
 *
 * @param json as {@code eth_signTypedData} takes it
 */
public record TypedData(String json) {
    /** Bytes of a signature: r, s, v. */
    public static final int SIGNATURE_BYTES = 65;

    private static final int V = 64;
    private static final String NAME = "chargeproof";
    private static final String VERSION = "3";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** That an account wants to be in the consortium with the two others and under this name. */
    public static TypedData membership(
            long chainId, String consortium, String name, String owner, String oracle, String meter) {
        var message = JSON.createObjectNode()
                .put("name", name)
                .put("owner", owner)
                .put("oracle", oracle)
                .put("meter", meter);
        return of(
                chainId,
                consortium,
                "Membership",
                message,
                "name:string",
                "owner:address",
                "oracle:address",
                "meter:address");
    }

    /** That an account wants to be one of a provider's two, under this name. */
    public static TypedData provider(long chainId, String consortium, String name, String owner, String desk) {
        var message =
                JSON.createObjectNode().put("name", name).put("owner", owner).put("desk", desk);
        return of(chainId, consortium, "Provider", message, "name:string", "owner:address", "desk:address");
    }

    /** That an account is to be one of an operator's two hot ones. */
    public static TypedData hotAccounts(long chainId, String consortium, int operator, String oracle, String meter) {
        var message = JSON.createObjectNode()
                .put("operator", operator)
                .put("oracle", oracle)
                .put("meter", meter);
        return of(chainId, consortium, "HotAccounts", message, "operator:uint8", "oracle:address", "meter:address");
    }

    /** That an account is a pseudonym for which an operator is to vouch. */
    public static TypedData pseudonym(long chainId, String assets, int operator, String account) {
        var message = JSON.createObjectNode().put("operator", operator).put("account", account);
        return of(chainId, assets, "Pseudonym", message, "operator:uint8", "account:address");
    }

    /** That who names a session's tokens and compensation gets them: by the session's account. */
    public static TypedData claim(long chainId, String settlement, int session, String to) {
        var message = JSON.createObjectNode().put("session", session).put("to", to);
        return of(chainId, settlement, "Claim", message, "session:uint32", "to:address");
    }

    /** That a channel closes at once, by both: by its signer, and by the payee's owner or meter account. */
    public static TypedData closing(long chainId, String channels, Bytes32 channel, long totalMicroEuro, long until) {
        var message = JSON.createObjectNode()
                .put("channel", channel.toHexString())
                .put("totalMicroEuro", totalMicroEuro)
                .put("until", until);
        return of(chainId, channels, "Close", message, "channel:bytes32", "totalMicroEuro:uint64", "until:uint64");
    }

    /** The 32 bytes that are signed. */
    public byte[] hash() {
        try {
            return new StructuredDataEncoder(json).hashStructuredData();
        } catch (IOException e) {
            throw new IllegalStateException("what this class wrote is typed data", e);
        }
    }

    /** Signs with a key that we hold. @return 65 bytes */
    public Bytes sign(Credentials credentials) {
        var signature = Sign.signMessage(hash(), credentials.getEcKeyPair(), false);
        return Bytes.concatenate(
                Bytes.wrap(signature.getR()), Bytes.wrap(signature.getS()), Bytes.wrap(signature.getV()));
    }

    /** Whether a signature is an account's. */
    public boolean isSignedBy(String account, Bytes signature) {
        if (signature.size() != SIGNATURE_BYTES) {
            return false;
        }
        byte[] bytes = signature.toArray();
        try {
            var key = Sign.signedMessageHashToKey(
                    hash(),
                    new Sign.SignatureData(
                            bytes[V], Arrays.copyOfRange(bytes, 0, 32), Arrays.copyOfRange(bytes, 32, V)));
            return ("0x" + Keys.getAddress(key)).equals(account.toLowerCase(Locale.ROOT));
        } catch (SignatureException | RuntimeException e) {
            // numbers that are no signature
            return false;
        }
    }

    private static TypedData of(long chainId, String contract, String type, ObjectNode message, String... fields) {
        var json = JSON.createObjectNode();
        var types = json.putObject("types");
        fields(
                types.putArray("EIP712Domain"),
                "name:string",
                "version:string",
                "chainId:uint256",
                "verifyingContract:address");
        fields(types.putArray(type), fields);
        json.put("primaryType", type)
                .putObject("domain")
                .put("name", NAME)
                .put("version", VERSION)
                .put("chainId", chainId)
                .put("verifyingContract", contract);
        json.set("message", message);
        return new TypedData(json.toString());
    }

    private static void fields(ArrayNode type, String... fields) {
        for (String field : fields) {
            int colon = field.indexOf(':');
            type.addObject().put("name", field.substring(0, colon)).put("type", field.substring(colon + 1));
        }
    }
}
