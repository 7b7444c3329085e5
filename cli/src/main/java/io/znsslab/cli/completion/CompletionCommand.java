package io.znsslab.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab completion}: the script by which a shell completes commands and options. */
@Command(
        name = "completion",
        description = {
            "Print a script by which bash or zsh completes commands, options and their values.",
            "The shell reads it at its start, or from a folder that it looks into; a new shell then completes."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(zns-slab completion bash)",
            "  zns-slab completion bash > ~/.local/share/bash-completion/completions/zns-slab",
            "  zns-slab completion zsh > ~/.zns-slab.zsh",
            "  echo 'source ~/.zns-slab.zsh' >> ~/.zshrc"
        })
public final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("unused") // one script serves both shells, but a shell without one has to be refused
    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}")
    private Shell shell;

    /** For picocli. */
    public CompletionCommand() {}

    /** The script asks itself which shell reads it. */
    @Override
    public void run() {
        CommandSpec top = spec.root();
        top.commandLine().getOut().print(AutoComplete.bash(top.name(), top.commandLine()));
    }
}
