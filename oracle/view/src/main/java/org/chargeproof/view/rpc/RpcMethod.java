package org.chargeproof.view.rpc;

import org.jspecify.annotations.Nullable;

/** One method of the namespace. */
@FunctionalInterface
public interface RpcMethod {
    /**
     * Answers a call.
     *
     * @param params by position, as JSON values
     * @return made of records, lists, texts and numbers
     * @throws RpcException when it cannot be answered
     */
    @Nullable
    Object call(@Nullable Object[] params);
}
