// Facts and contacts in the CMS. In rich text: a chooser, and a mark that is deleted as a whole. In plain texts: a
// button that puts the key into the text. Only the key is stored; what it says is read whenever the text is shown.
const { React, DraftJS, draftail } = window;

class QuoteSource extends draftail.ModalWorkflowSource {
  getChooserConfig() {
    const { chooser: url } = this.props.entityType.chooserUrls;
    // Looked up when it is needed: the script that sets it may come later on the page.
    const onload = window.CHOOSER_MODAL_ONLOAD_HANDLERS;
    return { onload, url, urlParams: {}, responses: { chosen: this.onChosen } };
  }

  filterEntityData({ key }) {
    return { key };
  }

  onChosen(data) {
    const { editorState, entityType, onComplete } = this.props;
    const content = editorState
      .getCurrentContent()
      .createEntity(entityType.type, "IMMUTABLE", this.filterEntityData(data));
    const entity = content.getLastCreatedEntityKey();
    const selection = editorState.getSelection();
    const replaced = DraftJS.Modifier.replaceText(content, selection, data.words, null, entity);
    this.workflow.close();
    onComplete(DraftJS.EditorState.push(editorState, replaced, "insert-characters"));
  }
}

const ICONS = { FACT: "info-circle", CONTACT: "mail" };

const Quote = (props) => {
  const entity = props.contentState.getEntity(props.entityKey);
  const icon = React.createElement(window.wagtail.components.Icon, { name: ICONS[entity.getType()] });
  return React.createElement(draftail.TooltipEntity, { ...props, icon, label: entity.getData().key });
};

for (const type of Object.keys(ICONS)) {
  draftail.registerPlugin({ type, source: QuoteSource, decorator: Quote }, "entityTypes");
}
